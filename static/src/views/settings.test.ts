import assert from "node:assert/strict";
import { test } from "node:test";
import { memory } from "../adapters/outside.ts";
import { rememberedSettings } from "./settings.ts";

test("what nobody chose is not kept", () => {
  const keep = memory();
  rememberedSettings(keep);
  assert.equal(keep.length, 0);
});

test("what was chosen is there again, also the choice to go back", () => {
  const keep = memory();
  const settings = rememberedSettings(keep);
  settings.level.value = "off";
  settings.still.value = true;
  settings.shortcuts.value = false;
  const again = rememberedSettings(keep);
  assert.deepEqual(
    [again.level.value, again.still.value, again.shortcuts.value],
    ["off", true, false],
  );
  again.still.value = false;
  assert.equal(keep.getItem("plenum.still"), "no");
});

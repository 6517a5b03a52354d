"""All tables. Importing this package imports every module in it, so that the metadata is whole."""

from __future__ import annotations

import importlib
import pkgutil

from sqlmodel import SQLModel

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

metadata = SQLModel.metadata

"""Looking into uploads: in a process of its own, with little time, little memory and no secrets."""

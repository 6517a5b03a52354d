"""Who somebody is, and the recorded facts about them. What follows from them: ``access.policy``."""

"""The servers Plenum is measured against. None of them stores, authorises or resumes."""

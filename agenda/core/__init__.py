"""Events, days, sessions, slots, timetable arithmetic and calendar formats. Pure."""

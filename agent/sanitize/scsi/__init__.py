"""What a SAS drive can do to itself: SANITIZE and FORMAT UNIT (SBC-4), and what it tells of itself before."""

"""Lesions followed over scans: registered, matched, and measured where they were."""

from reinfuse.imaging.following.follow import follow
from reinfuse.imaging.following.followed import (
    Followed,
    Look,
    NotFollowed,
    State,
    TimePoint,
    Track,
)
from reinfuse.imaging.following.left_in_place import Left, NothingLeft
from reinfuse.imaging.following.registering import Registered, Unregistered, register
from reinfuse.imaging.following.rigid import Rigid

__all__ = [
    "Followed",
    "Left",
    "Look",
    "NotFollowed",
    "NothingLeft",
    "Registered",
    "Rigid",
    "State",
    "TimePoint",
    "Track",
    "Unregistered",
    "follow",
    "register",
]

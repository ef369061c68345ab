"""Which site tissue belongs to: that of its lesion, whatever the pathology calls it."""

from __future__ import annotations

from functools import lru_cache

from reinfuse.record import Course
from reinfuse.synopsis.vocabulary import group_site


def site_named(course: Course, site: str) -> str:
    """The group of a site; where tissue from there belongs to a lesion, the group of its lesion."""
    group = group_site(site)
    return _sites_of_lesions(course).get(group, group)


@lru_cache(maxsize=8)
def _sites_of_lesions(course: Course) -> dict[str, str]:
    """What a pathology calls the site of its lesion; what it calls two lesions names neither."""
    site_of = {lesion.id: group_site(lesion.site) for lesion in course.lesions}
    named: dict[str, set[str]] = {}
    for item in course.pathology:
        if item.lesion in site_of:
            named.setdefault(group_site(item.site), set()).add(site_of[item.lesion])
    return {
        name: next(iter(sites))
        for name, sites in named.items()
        if len(sites) == 1 and name not in site_of.values()
    }

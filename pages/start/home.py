"""Where do I begin? The thirteen lessons as a map, the device, the data sets."""

from __future__ import annotations

from explorer.ui.home import data_sets, lesson_map, welcome

welcome()
lesson_map()
data_sets()

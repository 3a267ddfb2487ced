"""Where do I begin? The thirteen lessons as one story, the device, the data sets."""

from __future__ import annotations

from explorer.ui.home import data_sets, story, welcome

welcome()
story()
data_sets()

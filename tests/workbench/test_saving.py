"""What was saved is there whatever happens to the server."""

import subprocess
import sys
from pathlib import Path

from small import Bench, small_folder

from districting.plan.plan_file import read_plan

SAVES_TWICE = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from small import Bench
bench = Bench(Path(sys.argv[1]))
bench.post("lock", units=["v1"])
bench.post("save", name="甲", reason="一")
bench.post("lock", units=["v2"])
Path.replace = lambda here, there: (print("halfway", flush=True), time.sleep(300))
bench.post("save", name="乙", reason="二")
"""


def test_killed_while_saving_nothing_saved_is_lost(tmp_path: Path) -> None:
    """The plan saved before is whole, unsaved edits are recovered, and work goes on."""
    folder = small_folder(tmp_path / "county")
    command = [sys.executable, "-c", SAVES_TWICE, str(folder), str(Path(__file__).parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "halfway\n"
        process.kill()
    plans = folder / "plans"
    assert len(list(plans.glob(".*.tmp"))) == 1 and not (plans / "乙.plan.toml").exists()
    saved = (plans / "甲.plan.toml").read_bytes()
    bench = Bench(folder, plan=plans / "甲.plan.toml")
    try:
        assert bench.state["writable"] and set(bench.state["locks"]) == {"v1"}
        assert sorted(p.name for p in plans.iterdir()) == ["甲.plan.toml", "甲·未保存1.plan.toml"]
        bench.post("open", file="plans/甲·未保存1.plan.toml")
        assert set(bench.state["locks"]) == {"v1", "v2"} and "甲·未保存1" in bench.state["greeting"]
        bench.post("open", file="plans/甲.plan.toml")
        bench.post("lock", units=["v2"])
        bench.post("save", name="乙", reason="二")
        assert (plans / "甲.plan.toml").read_bytes() == saved
        assert read_plan(plans / "乙.plan.toml").parent == "甲"
    finally:
        bench.close()
    again = Bench(folder)
    again.close()
    assert not again.state["greeting"] and len(list(plans.iterdir())) == 3

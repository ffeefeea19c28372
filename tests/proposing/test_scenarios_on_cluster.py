"""Scenarios on a cluster: the same bytes as in one process, though a worker dies."""

from pathlib import Path

from deadly import CALM, Deadly, bytes_of
from distributed import Client, LocalCluster

from districting.proposing.scenario import Scenario
from districting.proposing.scenarios import run_scenarios


def test_a_cluster_that_loses_a_worker_gives_the_bytes_of_a_serial_run(tmp_path: Path) -> None:
    """Two processes behind a scheduler, one of which is killed at its work; its row is not lost."""
    marks = tmp_path / "marks"
    marks.mkdir()
    deadly = Scenario(Deadly(3, 2, 12, str(marks)), "starter")
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster) as crew,
    ):
        table = run_scenarios([deadly, *CALM], tmp_path / "out", workers=crew)
    assert (marks / "0").exists()
    assert table["status"].isin(["optimal", "feasible"]).all()
    run_scenarios(CALM, tmp_path / "out", workers=1)
    run_scenarios(CALM, tmp_path / "serial", workers=1)
    assert bytes_of(tmp_path / "serial").items() <= bytes_of(tmp_path / "out").items()

"""A line of nights as an Airflow DAG: one run a day, one at a time, none caught up, as the data of a night may be gone.

Wants the provider apache-airflow-providers-apache-spark, a Spark connection "spark_default", the unpacked release in
MILLRACE_HOME on the machine that submits, and LAKE in its environment. A night that is run again does nothing, or goes on.
"""

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

from airflow import DAG
from airflow.exceptions import AirflowException
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.timetables.interval import CronDataIntervalTimetable

HOME = Path(os.environ.get("MILLRACE_HOME", "/opt/millrace"))


def settings(file: Path) -> dict[str, str]:
    """The settings of one of Spark's properties files, but for the master, which the connection says."""
    lines = (line.strip() for line in file.read_text().splitlines())
    pairs = (line.split(None, 1) for line in lines if line.startswith("spark."))
    return {key: value for key, value in pairs if key != "spark.master"}


def jar() -> str:
    """The jar of the release."""
    found = sorted((HOME / "lib").glob("millrace-*-cpu.jar"))
    if not found:
        raise AirflowException(f"Cannot find lib/millrace-*-cpu.jar in {HOME} (MILLRACE_HOME must name a release)")
    return str(found[-1])


with DAG(
    dag_id="millrace_nights",
    description="Fine-tunes on what came in the day before, and promotes what is not worse",
    # By name: of a cron string Airflow 2 makes this, and Airflow 3 one whose runs have no day behind them.
    schedule=CronDataIntervalTimetable("15 2 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=10)},
    tags=["millrace"],
) as dag:
    SparkSubmitOperator(
        task_id="finetune",
        application=jar(),
        java_class="io.millrace.cli.Main",
        conf=settings(HOME / "conf" / "spark-defaults.conf"),
        # The day that has ended when the run begins.
        application_args=["finetune", "--date", "{{ data_interval_start | ds }}", "--config", str(HOME / "conf" / "nightly.yaml")],
    )

"""Loads a DAG file where there is no Airflow: stand-ins with the arguments of the real classes record what they are told.

told.py FILE prints it as JSON. An argument that the real class does not have is an error, as it is there.
"""

import json
import runpy
import sys
from types import ModuleType

told = {"tasks": []}


class AirflowException(Exception):
    pass


class CronDataIntervalTimetable:
    def __init__(self, cron, timezone):
        self.cron, self.timezone = cron, timezone


class DAG:
    def __init__(self, dag_id, *, description=None, schedule=None, start_date=None, end_date=None, catchup=None,
                 max_active_runs=None, default_args=None, tags=None, doc_md=None, dagrun_timeout=None):
        assert start_date.tzinfo is not None, "start_date has no time zone"
        told["dag"] = {"id": dag_id, "cron": schedule.cron, "timezone": schedule.timezone, "catchup": catchup,
                       "max_active_runs": max_active_runs, "retries": (default_args or {}).get("retries")}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False


class SparkSubmitOperator:
    def __init__(self, *, task_id, application="", conf=None, conn_id="spark_default", files=None, py_files=None, archives=None,
                 driver_class_path=None, jars=None, java_class=None, packages=None, exclude_packages=None, repositories=None,
                 total_executor_cores=None, executor_cores=None, executor_memory=None, driver_memory=None, keytab=None,
                 principal=None, proxy_user=None, name="arrow-spark", num_executors=None, status_poll_interval=1,
                 application_args=None, env_vars=None, verbose=False, spark_binary=None, properties_file=None, yarn_queue=None,
                 deploy_mode=None, use_krb5ccache=False):
        told["tasks"].append({"id": task_id, "application": application, "java_class": java_class, "conf": conf,
                              "args": application_args})


def module(name, **members):
    made = ModuleType(name)
    made.__dict__.update(members)
    sys.modules[name] = made


for package in ("airflow.providers", "airflow.providers.apache", "airflow.providers.apache.spark",
                "airflow.providers.apache.spark.operators", "airflow.timetables"):
    module(package)
module("airflow", DAG=DAG)
module("airflow.exceptions", AirflowException=AirflowException)
module("airflow.timetables.interval", CronDataIntervalTimetable=CronDataIntervalTimetable)
module("airflow.providers.apache.spark.operators.spark_submit", SparkSubmitOperator=SparkSubmitOperator)
runpy.run_path(sys.argv[1], run_name="dag")
print(json.dumps(told))

"""Run the suite: no test may be skipped, none may raise a warning of our own (see own_warnings.py), and two processes
may share the tests (see scripts/test)."""
import gc
import shutil
from contextlib import contextmanager

import freezegun
import pytest
import pytest_odoo

from odoo.tests import HttpCase, common
from odoo.tools import config as odoo_config

from . import own_warnings

# A skipped test counts as a failure: the set-up provides the server and the browser that tests need. So the browser is
# waited for longer than Odoo's ten seconds, after which it would skip: the machine may be busy.
common.CHECK_BROWSER_ITERATIONS = 600
common.BROWSER_WAIT = common.CHECK_BROWSER_SLEEP * common.CHECK_BROWSER_ITERATIONS


# pytest measures how long a test takes also where the test stops the clock.
freezegun.configure(extend_ignore_list=["_pytest.timing"])


def _skipped(config):
    # The two processes have no reporter, both tell the one that started them.
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return reporter.stats.get("skipped", []) if reporter else []


@contextmanager
def _own_filestore(original, database):
    """Give a copy of a database files of its own.

    pytest-odoo has the copies share them. But after each class of tests Odoo removes those that the database does not
    know, and so what the other process has just written.
    """
    if database == original:
        yield
        return
    files = odoo_config.filestore(database)
    shutil.rmtree(files, ignore_errors=True)
    shutil.copytree(odoo_config.filestore(original), files)
    try:
        yield
    finally:
        shutil.rmtree(files)


pytest_odoo._shared_filestore = _own_filestore


def pytest_sessionfinish(session, exitstatus):
    if hasattr(session.config, "workerinput"):
        # pytest collects garbage five times now, and xdist grants five seconds
        gc.freeze()
    if exitstatus == 0 and _skipped(session.config):
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter, config):
    if _skipped(config):
        terminalreporter.write_line("Failed: no test may be skipped.", red=True)


own_warnings.watch()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call():
    result = yield
    own_warnings.fail_if_found()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown():
    result = yield
    own_warnings.fail_if_found()
    return result


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Put all that needs a browser into one group, so that two browsers never compete."""
    for item in items:
        if item.cls and issubclass(item.cls, HttpCase):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Keep a group in one process, and so a class, whose set-up would be done twice otherwise."""
    if config.getoption("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadGroupScheduling

    class ClassScheduling(LoadGroupScheduling):
        def _split_scope(self, nodeid):
            scope = super()._split_scope(nodeid)
            return nodeid.rsplit("::", 1)[0] if scope == nodeid else scope

    return ClassScheduling(config, log)

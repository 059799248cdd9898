"""A skipped test counts as a failure: the set-up provides the server and the browser that tests need."""


def _skipped(config):
    return config.pluginmanager.get_plugin("terminalreporter").stats.get("skipped", [])


def pytest_sessionfinish(session, exitstatus):
    if exitstatus == 0 and _skipped(session.config):
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter, config):
    if _skipped(config):
        terminalreporter.write_line("Failed: no test may be skipped.", red=True)

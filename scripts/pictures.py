"""Take the pictures of scripts/pictures: pictures.py ADDRESS FOLDER [--publish]."""
import base64
import itertools
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests
import websocket
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
SIZES = {"desk": (1366, 768), "phone": (390, 844)}
# The dealership's own
TIME_ZONE = "Asia/Shanghai"
LANGUAGES = {"en": "en_US", "zh": "zh_CN"}
# Who works with a screen; the manager has all of them.
MANAGER = "manager"
USERS = {
    "consultant1": ("day", "customer", "callback", "card", "card_log", "order"),
    "reception": ("register",),
    "reviewer": ("review", "request"),
}
# What README and manuals show, and what the store page shows: size_language/screen
BOTH = [
    f"{size}_{language}/{screen}"
    for size, screen in (
        ("desk", "today"), ("desk", "register"), ("desk", "review"), ("desk", "customer"), ("desk", "card"),
        ("phone", "day"), ("phone", "card_log"), ("desk", "config_rule"))
    for language in LANGUAGES
]
PUBLISHED = {
    "docs/images": [*BOTH, "phone_zh/today", "desk_zh/request"],
    "auto_lead_mgmt/static/description": [
        "desk_en/today", "desk_en/card", "desk_zh/customer", "desk_zh/review", "phone_en/day", "phone_zh/card_log"],
}
# enough for a screen, and a third of the bytes
COLOURS = 128


class Browser:
    """Chromium without a window, driven by its own protocol."""

    def __init__(self):
        self.home = tempfile.mkdtemp()
        names = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
        self.process = subprocess.Popen([
            next(filter(None, map(shutil.which, names))), "--headless", "--no-sandbox", "--disable-gpu",
            "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-port=0", f"--user-data-dir={self.home}",
            "about:blank"], stderr=subprocess.DEVNULL)
        self.numbers = itertools.count(1)
        self.socket = websocket.create_connection(self._page(), suppress_origin=True, timeout=120)

    def _page(self, seconds=60):
        """Return the address of the page's socket (str)."""
        until = time.monotonic() + seconds
        port = Path(self.home, "DevToolsActivePort")
        while time.monotonic() < until:
            if port.exists() and (lines := port.read_text().split()):
                targets = requests.get(f"http://127.0.0.1:{lines[0]}/json", timeout=seconds).json()
                for target in targets:
                    if target["type"] == "page":
                        return target["webSocketDebuggerUrl"]
            time.sleep(0.2)
        raise TimeoutError("The browser does not start")

    def ask(self, method, **params):
        """Return what a command of the protocol answers (dict)."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def run(self, code):
        """Return the value of JavaScript, awaited."""
        result = self.ask("Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"].get("description", "JavaScript failed"))
        return result["result"].get("value")

    def wait(self, code, seconds=60):
        until = time.monotonic() + seconds
        while not self.run(code):
            if time.monotonic() > until:
                raise TimeoutError(code)
            time.sleep(0.1)

    def picture(self):
        return base64.b64decode(self.ask("Page.captureScreenshot")["data"])

    def close(self):
        self.ask("Browser.close")
        self.process.wait(30)
        shutil.rmtree(self.home, ignore_errors=True)


class Person:
    """A user of the demo dealership, logged in. The password is the login."""

    def __init__(self, address, database, login):
        self.address = address
        self.session = requests.Session()
        answer = self._call(
            "/web/session/authenticate", db=database, login=login, password=login)
        self.id = answer["uid"]
        self.lang = answer["user_context"]["lang"]

    def _call(self, path, **params):
        answer = self.session.post(f"{self.address}{path}", json={"params": params}, timeout=60).json()
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer["result"]

    def speak(self, lang):
        self._call(
            "/web/dataset/call_kw", model="res.users", method="write", args=[self.id, {"lang": lang}], kwargs={})

    @property
    def cookie(self):
        return self.session.cookies["session_id"]


def take(browser, person, lang, size, screens):
    """Yield each screen's name and picture, of those that are asked for or, given None, of all that the person has."""
    width, height = size
    phone = width < height
    browser.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
    browser.ask("Emulation.setTouchEmulationEnabled", enabled=phone)
    browser.ask("Emulation.setTimezoneOverride", timezoneId=TIME_ZONE)
    browser.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
    browser.ask("Network.setCookie", name="session_id", value=person.cookie, url=person.address)
    person.speak(lang)
    browser.ask("Page.navigate", url=f"{person.address}/odoo")
    browser.wait("document.readyState === 'complete' && !!document.querySelector('.o_main_navbar')")
    browser.run((ROOT / "scripts" / "screens.js").read_text(encoding="utf-8"))
    for name in screens or browser.run("autoLeadScreens.names()"):
        browser.run(f"autoLeadScreens.open({json.dumps(name)})")
        yield name, browser.picture()


def publish_from(folder):
    """Renew the pictures of the documentation: desk_en/today.png becomes today_desk_en.png."""
    for target, names in PUBLISHED.items():
        for name in names:
            place, screen = name.split("/")
            with Image.open(folder / f"{name}.png") as picture:
                picture.convert("RGB").quantize(COLOURS).save(ROOT / target / f"{screen}_{place}.png", optimize=True)


def main(address, folder, publish=None):
    folder = Path(folder)
    database = requests.post(f"{address}/web/database/list", json={"params": {}}, timeout=60).json()["result"][0]
    browser = Browser()
    try:
        for login, screens in {MANAGER: None, **USERS}.items():
            person = Person(address, database, login)
            for (size, pixels), (language, lang) in itertools.product(SIZES.items(), LANGUAGES.items()):
                place = folder / f"{size}_{language}"
                place.mkdir(parents=True, exist_ok=True)
                for name, picture in take(browser, person, lang, pixels, screens):
                    (place / f"{name}.png").write_bytes(picture)
            person.speak(person.lang)
    finally:
        browser.close()
    if publish:
        publish_from(folder)


if __name__ == "__main__":
    main(*sys.argv[1:])

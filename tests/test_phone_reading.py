"""What people write into a cell of a phone or WeChat: the expectations are written by hand."""
import time
import unicodedata
import unittest
from collections import Counter

import phonenumbers
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from odoo.addons.auto_lead_mgmt.models.auto_phone import Number, Reading, read_phone, wechat_key

MOBILE, FIXED = "+8613900000101", "+861062345678"
RELAY, HOTLINE = "+8617000000140;ext=1234", "+864008208820;ext=12345"
FIXED_801 = FIXED + ";ext=801"

# region -> writing -> key, keys of several numbers, or the kind of a text without a number.
# False is a number that can be dialled and identifies nobody.
WRITINGS = {
    "CN": {
        # mainland mobile
        "13900000101": MOBILE,
        "139 0000 0101": MOBILE,
        "139-0000-0101": MOBILE,
        "139.0000.0101": MOBILE,
        "139–0000—0101": MOBILE,
        "139－0000−0101": MOBILE,
        "139·0000·0101": MOBILE,
        "(139)00000101": MOBILE,
        "139 (0000) 0101": MOBILE,
        "［139］00000101": MOBILE,
        "1 3 9 0 0 0 0 0 1 0 1": MOBILE,
        "  13900000101  ": MOBILE,
        "\t13900000101": MOBILE,
        "'13900000101": MOBILE,
        "‘13900000101": MOBILE,
        "`13900000101": MOBILE,
        '"13900000101"': MOBILE,
        '="13900000101"': MOBILE,
        "=13900000101": MOBILE,
        "13900000101.0": MOBILE,
        "13900000101.00": MOBILE,
        "1390000.0 101": MOBILE,
        "1390000.0 101.0": "unknown",
        "139-0000-0101.0": MOBILE,
        "13900000102.0,13900000103.0": ("+8613900000102", "+8613900000103"),
        "8613900000101.0": MOBILE,
        "13900000101\n": MOBILE,
        "\ufeff13900000101": MOBILE,
        "139\u200b0000\u200b0101": MOBILE,
        "\u202a13900000101\u202c": MOBILE,
        "139\u00a00000\u30000101": MOBILE,
        "1390000\x000101\x1f": MOBILE,
        "１３９０００００１０１": MOBILE,
        "１３９－００００－０１０１": MOBILE,
        "①③⑨00000101": MOBILE,
        "١٣٩٠٠٠٠٠١٠١": MOBILE,
        "1\ufe0f\u20e33\ufe0f\u20e39\ufe0f\u20e300000101": MOBILE,
        "+8613900000101": MOBILE,
        "＋８６１３９０００００１０１": MOBILE,
        "+86 139 0000 0101": MOBILE,
        "+86-139-0000-0101": MOBILE,
        "+ 86 13900000101": MOBILE,
        "(+86)13900000101": MOBILE,
        "（＋86）139 0000 0101": MOBILE,
        "+(86) 13900000101": MOBILE,
        "+86 (0) 139 0000 0101": MOBILE,
        "008613900000101": MOBILE,
        "0086 139 0000 0101": MOBILE,
        "0086-13900000101": MOBILE,
        "8613900000101": MOBILE,
        "86 13900000101": MOBILE,
        "86-139-0000-0101": MOBILE,
        "(86)13900000101": MOBILE,
        "013900000101": MOBILE,
        "p:+8613900000101": MOBILE,
        "p:13900000101": MOBILE,
        "tel:13900000101": MOBILE,
        "tel:+86-139-0000-0101": MOBILE,
        "TEL：13900000101": MOBILE,
        "℡13900000101": MOBILE,
        "T: 13900000101": MOBILE,
        "Mobile: 13900000101": MOBILE,
        "Phone number 13900000101": MOBILE,
        "电话：13900000101": MOBILE,
        "電話:13900000101": MOBILE,
        "手机13900000101": MOBILE,
        "手机号：139 0000 0101": MOBILE,
        "联系电话 13900000101": MOBILE,
        "13900000101（手机）": MOBILE,
        "13900000101,": MOBILE,
        "13900000101；": MOBILE,
        "13900000101。": MOBILE,
        "• 13900000101": MOBILE,
        "13900000101#": MOBILE,
        # mainland fixed
        "010-62345678": FIXED,
        "01062345678": FIXED,
        "(010)62345678": FIXED,
        "（010）6234 5678": FIXED,
        "010)62345678": FIXED,
        "010/62345678": FIXED,
        "010—62345678": FIXED,
        "010--62345678": FIXED,
        "1062345678": FIXED,
        "+86 10 6234 5678": FIXED,
        "+86 (0)10 62345678": FIXED,
        "+86 010 62345678": FIXED,
        "0086-10-62345678": FIXED,
        "0086 (0)10 6234 5678": FIXED,
        "86 10 62345678": FIXED,
        "86-010-62345678": FIXED,
        "021-62345678": "+862162345678",
        "0755-26012345": "+8675526012345",
        "0571 8765 4321": "+8657187654321",
        "座机：0571-87654321": "+8657187654321",
        # an extension
        "010-62345678-801": FIXED_801,
        "010-62345678 - 801": FIXED_801,
        "010-62345678转801": FIXED_801,
        "010-62345678 转 801": FIXED_801,
        "010-62345678轉801": FIXED_801,
        "010-62345678转分机801": FIXED_801,
        "010-62345678分机801": FIXED_801,
        "010-62345678分機：801": FIXED_801,
        "010-62345678（分机801）": FIXED_801,
        "010-62345678 分机号:801": FIXED_801,
        "010-62345678 内线801": FIXED_801,
        "010-62345678 ext 801": FIXED_801,
        "010-62345678 ext. 801": FIXED_801,
        "010-62345678ext801": FIXED_801,
        "010-62345678 Extension 801": FIXED_801,
        "010-62345678x801": FIXED_801,
        "010-62345678 X 801": FIXED_801,
        "010-62345678#801": FIXED_801,
        "010-62345678＃801": FIXED_801,
        "010-62345678,801": FIXED_801,
        "010-62345678，801": FIXED_801,
        "010-62345678;801": FIXED_801,
        "010-62345678；801": FIXED_801,
        "010-62345678;ext=801": FIXED_801,
        "tel:+86-10-62345678;ext=801": FIXED_801,
        "+86 10 6234 5678,801": FIXED_801,
        "13900000101-1": MOBILE + ";ext=1",
        # relay platforms
        "17000000140转1234": RELAY,
        "17000000140轉1234": RELAY,
        "17000000140,1234": RELAY,
        "17000000140，1234": RELAY,
        "17000000140,,1234": RELAY,
        "17000000140, 1234": RELAY,
        "17000000140-1234": RELAY,
        "17000000140#1234": RELAY,
        "17000000140;1234": RELAY,
        "17000000140;ext=1234": RELAY,
        "17000000140 ext.1234": RELAY,
        "17000000140x1234": RELAY,
        "17000000140p1234": RELAY,
        "17000000140分机1234": RELAY,
        "17000000140（转1234）": RELAY,
        "17000000140 转接码：1234": RELAY,
        "17000000140 分机号为1234": RELAY,
        "17000000140接通后按1234": RELAY,
        "+86 170 0000 0140,1234": RELAY,
        "170-0000-0140转12345678": "+8617000000140;ext=12345678",
        # perhaps an extension: neither the number alone nor with it
        "17000000140 1234": "unknown",
        "17000000140(1234)": "unknown",
        "17000000140/1234": "unknown",
        "17000000140:1234": "unknown",
        "17000000140、1234": "unknown",
        "17000000140转123456789": "unknown",
        "17000000140转12 34": "unknown",
        "17000000140拨打后转接到1234": "unknown",
        # 400 and 800
        "4008208820": False,
        "400-820-8820": False,
        "400 820 8820": False,
        "+86 400-820-8820": False,
        "8008208820": False,
        "400-820-8820转12345": HOTLINE,
        "400-820-8820-12345": HOTLINE,
        "4008208820,12345": HOTLINE,
        "4008208820 分机 12345": HOTLINE,
        "400-820-8820#12345": HOTLINE,
        # other countries, written as such
        "+852 9123 4567": "+85291234567",
        "00852-91234567": "+85291234567",
        "852 9123 4567": "+85291234567",
        "85291234567": "+85291234567",
        "(852)91234567": "+85291234567",
        "+853 6612 3456": "+85366123456",
        "00853 66123456": "+85366123456",
        "85366123456": "+85366123456",
        "+886 912 345 678": "+886912345678",
        "+886 (0)912 345 678": "+886912345678",
        "00886912345678": "+886912345678",
        "886-912-345-678": "+886912345678",
        "+886-2-2345-6789": "+886223456789",
        "+1 212 555 0123": "+12125550123",
        "+1 (212) 555-0123": "+12125550123",
        "+1-212-555-0123 x12": "+12125550123;ext=12",
        "001 212 555 0123": "+12125550123",
        "+1 800 555 1234": False,
        "+49 30 1234567": "+49301234567",
        "+49 (0)30 1234567": "+49301234567",
        "+49 (0) 30/1234567": "+49301234567",
        "0049 30 1234567": "+49301234567",
        "0049(0)301234567": "+49301234567",
        "49 151 12345678": "+4915112345678",
        "+34 612 345 678": "+34612345678",
        "0034612345678": "+34612345678",
        "34612345678": "+34612345678",
        "+34 (0)912 345 678": "+34912345678",
        "+34 902 12 34 56": False,
        # two numbers
        "13900000102/13900000103": ("+8613900000102", "+8613900000103"),
        "13900000102 / 13900000103": ("+8613900000102", "+8613900000103"),
        "13900000102、13900000103": ("+8613900000102", "+8613900000103"),
        "13900000102或13900000103": ("+8613900000102", "+8613900000103"),
        "13900000102 或者 13900000103": ("+8613900000102", "+8613900000103"),
        "13900000102和13900000103": ("+8613900000102", "+8613900000103"),
        "13900000102;13900000103": ("+8613900000102", "+8613900000103"),
        "13900000102；13900000103": ("+8613900000102", "+8613900000103"),
        "13900000102\n13900000103": ("+8613900000102", "+8613900000103"),
        "13900000102\r\n\r\n13900000103": ("+8613900000102", "+8613900000103"),
        "13900000102 13900000103": ("+8613900000102", "+8613900000103"),
        "13900000102,13900000103": ("+8613900000102", "+8613900000103"),
        "13900000102，13900000103": ("+8613900000102", "+8613900000103"),
        "13900000102-13900000103": ("+8613900000102", "+8613900000103"),
        "13900000102 & 13900000103": ("+8613900000102", "+8613900000103"),
        "13900000102 + 13900000103": ("+8613900000102", "+8613900000103"),
        "13900000102|13900000103": ("+8613900000102", "+8613900000103"),
        "139 0000 0102 139 0000 0103": ("+8613900000102", "+8613900000103"),
        "139-0000-0102/139-0000-0103": ("+8613900000102", "+8613900000103"),
        "+8613900000102+8613900000103": ("+8613900000102", "+8613900000103"),
        "13900000103 13900000102": ("+8613900000103", "+8613900000102"),
        "010-62345678 13900000102": (FIXED, "+8613900000102"),
        "手机:13900000102 座机:010-62345678-801": ("+8613900000102", FIXED_801),
        "17000000140,1234 13900000102": (RELAY, "+8613900000102"),
        "400-820-8820/13900000102": (False, "+8613900000102"),
        "+852 9123 4567 / 13900000102": ("+85291234567", "+8613900000102"),
        "13900000101/13900000101": MOBILE,
        "13900000101 / +86 139 0000 0101": MOBILE,
        # destroyed
        "1.39E+10": "destroyed",
        "1,39E+10": "destroyed",
        "1.39E10": "destroyed",
        "1.39e+10": "destroyed",
        "1.39000001E+10": "destroyed",
        "1.3900000101E10": "destroyed",
        "1E+10": "destroyed",
        "1.39E+010": "destroyed",
        "8.61E+12": "destroyed",
        "139E+08": "destroyed",
        "１．３９Ｅ＋１０": "destroyed",
        "电话：1.39E+10": "destroyed",
        "王先生 1.39E+10": "destroyed",
        "1.39E+10/13900000103": "destroyed",
        # masked
        "139****0147": "masked",
        "139 **** 0147": "masked",
        "139-****-0147": "masked",
        "139(****)0147": "masked",
        "+86 139****0147": "masked",
        "139xxxx0147": "masked",
        "139XXXX0147": "masked",
        "139××××0147": "masked",
        "139●●●●0147": "masked",
        "139••••0147": "masked",
        "139····0147": "masked",
        "139＊＊＊＊0147": "masked",
        "139____0147": "masked",
        "139????0147": "masked",
        "139？？？？0147": "masked",
        "139####0147": "masked",
        "139....0147": "masked",
        "139————0147": "masked",
        "139~~~~0147": "masked",
        "139^^^^0147": "masked",
        "139★★★★0147": "masked",
        "139……0147": "masked",
        "1390000****": "masked",
        "1390000****王先生": "masked",
        "1390000014*": "masked",
        "****0147": "masked",
        "王先生139****0147": "masked",
        "139****0147（王先生）": "masked",
        "电话：139****0147": "masked",
        "010-6234****": "masked",
        # not dialable
        "12345678901": "unknown",
        "1390000010": "unknown",
        "139000001011": "unknown",
        "62345678": "unknown",
        "6234-5678": "unknown",
        "62345678-801": "unknown",
        "62345678转801": "unknown",
        "11111111111": "unknown",
        "00000000000": "unknown",
        "+86 11111111111": "unknown",
        "88888888": "unknown",
        "0": "unknown",
        "123456": "unknown",
        "110101199001011234": "unknown",
        "+86": "unknown",
        "+1 390 000 0010": "unknown",
        "+852 1234, 13900000102": "unknown",
        "13900000101@example.com": "unknown",
        "LSVAA4182E2123456": "unknown",
        "2026-11-30": "unknown",
        "13900000102 2": "unknown",
        "13900000102(2)": "unknown",
        "115912345678357": "unknown",
        "15 91234567.8.0": "unknown",
        # no digit
        "无": "words",
        "没有": "words",
        "N/A": "words",
        "n/a": "words",
        "none": "words",
        "test": "words",
        "xxxx": "words",
        "****": "words",
        "同微信": "words",
        "王先生": "words",
        "电话": "words",
        "": "empty",
        "   ": "empty",
        "\t\n": "empty",
        "\u200b": "empty",
        "-": "empty",
        "/": "empty",
        "()": "words",
    },
    "HK": {
        "91234567": "+85291234567",
        "9123 4567": "+85291234567",
        "9123-4567": "+85291234567",
        "+852 9123 4567": "+85291234567",
        "852-9123-4567": "+85291234567",
        "2800 1234": "+85228001234",
        "2800 1234 ext 12": "+85228001234;ext=12",
        "91234567/61234567": ("+85291234567", "+85261234567"),
        "9123 4567, 6123 4567": ("+85291234567", "+85261234567"),
        "9123****": "masked",
        "88888888": "unknown",
        "13900000101": "unknown",
        "8613900000101": MOBILE,
        "SO91234567": "unknown",
        "010 62345678": "unknown",
        "10 62345678": "unknown",
    },
    "MO": {
        "66123456": "+85366123456",
        "6612 3456": "+85366123456",
        "853 6612 3456": "+85366123456",
        "+86 13900000101": MOBILE,
    },
    "TW": {
        "0912345678": "+886912345678",
        "0912-345-678": "+886912345678",
        "(02)2345-6789": "+886223456789",
        "02-23456789 分機 123": "+886223456789;ext=123",
        "(02) 2345-6789 #123": "+886223456789;ext=123",
        "+886 2 2345 6789": "+886223456789",
        "0912345678、0223456789": ("+886912345678", "+886223456789"),
        "010 62345678": "unknown",
    },
    "US": {
        "(212) 555-0123": "+12125550123",
        "212-555-0123": "+12125550123",
        "212.555.0123": "+12125550123",
        "2125550123": "+12125550123",
        "1-212-555-0123": "+12125550123",
        "212 555 0123 x12": "+12125550123;ext=12",
        "212-555-0123-12": "+12125550123;ext=12",
        "800-555-1234": False,
        "8613900000101": MOBILE,
        "011 86 139 0000 0101": MOBILE,
        "0086 139 0000 0101": MOBILE,
        "86 13900000101": MOBILE,
    },
    "DE": {
        "030/1234567": "+49301234567",
        "030 / 12 34 567": "+49301234567",
        "030 1234567": "+49301234567",
        "(030) 1234567": "+49301234567",
        "0151 12345678": "+4915112345678",
        "0151/12345678": "+4915112345678",
        "+49 (0)151 12345678": "+4915112345678",
        "030 1234567 / 0151 12345678": ("+49301234567", "+4915112345678"),
        "030 1234567, 0151 12345678": ("+49301234567", "+4915112345678"),
        "1234567": "unknown",
        "030 123…4567": "masked",
        "0170 123456*": "masked",
        "030 12345&&&67": "masked",
        "030 12345 * * 67": "unknown",
    },
    "ES": {
        "612 345 678": "+34612345678",
        "612345678": "+34612345678",
        "91 234 56 78": "+34912345678",
        "91/2345678": "+34912345678",
        "+34 612-345-678": "+34612345678",
        "612345678 y 912345678": ("+34612345678", "+34912345678"),
        "Móvil: 612 345 678": "+34612345678",
        "902 12 34 56": False,
    },
    False: {
        "+86 139 0000 0101": MOBILE,
        "0086 13900000101": MOBILE,
        "8613900000101": MOBILE,
        "13900000101": "unknown",
        "010-62345678": "unknown",
    },
}

# writing -> keys, rest
WORDS = {
    "13900000104（王先生）": (["+8613900000104"], "王先生"),
    "13900000104(王先生)": (["+8613900000104"], "王先生"),
    "13900000104 王先生": (["+8613900000104"], "王先生"),
    "13900000104王先生": (["+8613900000104"], "王先生"),
    "王: 13900000104": (["+8613900000104"], "王"),
    "王先生13900000104": (["+8613900000104"], "王先生"),
    "【王先生】13900000104": (["+8613900000104"], "王先生"),
    "王先生(经理) 13900000104": (["+8613900000104"], "王先生(经理)"),
    "王先生(13900000104)": (["+8613900000104"], "王先生"),
    "王先生 电话：13900000104": (["+8613900000104"], "王先生"),
    "王** 13900000104": (["+8613900000104"], "王"),
    "王**13900000104": (["+8613900000104"], "王"),
    "13900000104 XX先生": (["+8613900000104"], "XX先生"),
    "13900000104微信同号": (["+8613900000104"], "微信同号"),
    "13900000104_王先生": (["+8613900000104"], "王先生"),
    "Wang13900000104": (["+8613900000104"], "Wang"),
    "Mr. Wang 13900000104": (["+8613900000104"], "Mr. Wang"),
    "2号门 王先生 13900000104": (["+8613900000104"], "2号门 王先生"),
    "2026-11-30 13900000104": (["+8613900000104"], "2026-11-30"),
    "13900000104\n2026-11-30": (["+8613900000104"], "2026-11-30"),
    "1、13900000104": (["+8613900000104"], "1"),
    "13900000102(王先生)/13900000103(李女士)": (["+8613900000102", "+8613900000103"], "王先生 李女士"),
    "王先生13900000102，李女士13900000103": (["+8613900000102", "+8613900000103"], "王先生 李女士"),
    "13900000102 李女士转王先生 13900000103": (["+8613900000102", "+8613900000103"], "李女士转王先生"),
    "13900000102，1390000010345": (["+8613900000102"], "1390000010345"),
    "010-62345678/62345679": ([FIXED], "62345679"),
    "010-62345678转801（王先生）": ([FIXED_801], "王先生"),
    "400-820-8820 客服": ([False], "客服"),
    "17000000140 1234 / 13900000102": (["+8613900000102"], "17000000140 1234"),
    # nothing is read: the text is the rest
    "王先生 62345678": ([], "王先生 62345678"),
    "王先生 139****0147": ([], "王先生 139****0147"),
    "１．３９E+10": ([], "1.39E+10"),
    "（王先生）": ([], "王先生"),
    "电话：无": ([], "无"),
    "N/A": ([], "N/A"),
    "": ([], ""),
}

WECHATS = {
    "wxid_abc123": "wxid_abc123",
    " Wx_Abc 12 ": "wx_abc12",
    "ｗａｎｇ＿１２３": "wang_123",
    "WANG-2026": "wang-2026",
    "wang\u200b2026": "wang2026",
    "微信：wang2026": "wang2026",
    "a12345": "a12345",
    "a" + "1" * 29: "a" + "1" * 29,
    "wx13900000101": "wx13900000101",
    "13900000101": MOBILE,
    "139 0000 0101": MOBILE,
    "+86 139-0000-0101": MOBILE,
    "电话：13900000101": MOBILE,
    "微信: 13900000101": MOBILE,
    "17000000140转1234": RELAY,
    "a1234": False,
    "a" + "1" * 30: False,
    "_wang2026": False,
    "wang.2026": False,
    "400-820-8820": False,
    "13900000102/13900000103": False,
    "13900000101（王先生）": False,
    "王先生": False,
    "阳光总在风雨后": False,
    "同手机": False,
    "微信同号": False,
    "12345": False,
    "12345678901": False,
    "139****0147": False,
    "wang***26": False,
    "1.39E+10": False,
    "N/A": False,
    "-": False,
    "": False,
}

NOISE = ["", "", "", " ", "-", "–", "－", ".", "\u200b", "\u3000", "\u00ad", "·", "(", ")", "  ", "\x07", "\ufeff"]
FRONTS = [
    "", " ", "\t", "'", "+86", "0086", "86", "+86 ", "+86-", "(+86)", "p:+86", "tel:", "tel:+86-", "电话：", "＋86"]
BACKS = ["", " ", ".0", "。", "，", "\n", "\t", "\u200b", ")", "（手机）", "（王先生）", " 王先生", "#"]
NUMBERS = {"13900000101": MOBILE, "15912345678": "+8615912345678", "18612345679": "+8618612345679"}
ABROAD = {
    "HK": ("91234567", "+85291234567"), "MO": ("66123456", "+85366123456"), "TW": ("0912345678", "+886912345678"),
    "US": ("2125550123", "+12125550123"), "DE": ("03012345678", "+493012345678"), "ES": ("612345678", "+34612345678")}


def digits(text):
    return "".join(character for character in text if "0" <= character <= "9")


def folded(text):
    """Return a text with its digits in plain width and script, without what is not seen."""
    return "".join(
        str(unicodedata.decimal(character, character)) for character in unicodedata.normalize("NFKC", text)
        if unicodedata.category(character) not in ("Cf", "Cc") or character in "\t\n\r\v\f\x85")


class TestPhoneReading(unittest.TestCase):

    def assertWhole(self, reading):
        """Check that a reading does not contradict itself."""
        self.assertIsInstance(reading, Reading)
        self.assertEqual(bool(reading.numbers), reading.kind == "number")
        self.assertEqual(len(set(reading.numbers)), len(reading.numbers))
        for number in reading.numbers:
            self.assertTrue(phonenumbers.is_valid_number(phonenumbers.parse(number.e164)))
            self.assertLessEqual(len(number.extension), 8)

    def test_writings(self):
        for region, writings in WRITINGS.items():
            for text, expected in writings.items():
                with self.subTest(region=region, text=text):
                    reading = read_phone(text, region)
                    self.assertWhole(reading)
                    if isinstance(expected, str) and not expected.startswith("+"):
                        self.assertEqual(reading.kind, expected)
                        continue
                    keys = expected if isinstance(expected, tuple) else (expected,)
                    self.assertEqual(tuple(number.key for number in reading.numbers), keys)
                    self.assertEqual(reading.rest, "")

    def test_there_are_many_writings(self):
        self.assertGreater(sum(map(len, WRITINGS.values())), 170)

    def test_words(self):
        for text, (keys, rest) in WORDS.items():
            with self.subTest(text=text):
                reading = read_phone(text, "CN")
                self.assertEqual(([number.key for number in reading.numbers], reading.rest), (keys, rest))

    def test_wechat(self):
        for text, key in WECHATS.items():
            with self.subTest(text=text):
                self.assertEqual(wechat_key(text, "CN"), key)

    def test_what_the_card_keeps(self):
        """The card shows the number as it is dialled, and reads back as the same."""
        for number, text in {
            Number("+8613900000101", ""): "+86 139 0000 0101",
            Number("+8617000000140", "1234"): "+86 170 0000 0140,1234",
            Number("+861062345678", "801"): "+86 10 6234 5678,801",
            Number("+12125550123", ""): "+1 212-555-0123",
        }.items():
            self.assertEqual(number.text, text)
            self.assertEqual(read_phone(text, "CN"), Reading((number,), "", "number"))

    def test_shared_number_stays_dialable(self):
        number = read_phone("400-820-8820", "CN").numbers[0]
        self.assertEqual((number.e164, number.text, number.key), ("+864008208820", "+86 400 820 8820", False))

    def test_nothing_is_no_text(self):
        for nothing in (None, False, ""):
            self.assertEqual(read_phone(nothing, "CN"), Reading((), "", "empty"))
            self.assertFalse(wechat_key(nothing, "CN"))

    def test_a_country_nobody_knows(self):
        self.assertEqual(read_phone("13900000101", "XX").kind, "unknown")
        self.assertEqual(read_phone("+8613900000101", "XX").numbers[0].key, MOBILE)

    def test_every_country(self):
        """A number of any country and type is read as it is usually written, at home and abroad."""
        formats = phonenumbers.PhoneNumberFormat
        for region in phonenumbers.SUPPORTED_REGIONS:
            for kind in (0, 1, 2, 3, 4, 5, 6, 7):
                number = phonenumbers.example_number_for_type(region, kind)
                # some islands have numbers of four digits
                if not number or len(phonenumbers.national_significant_number(number)) < 5:
                    continue
                expected = (Number(phonenumbers.format_number(number, formats.E164), ""),)
                national = phonenumbers.format_number(number, formats.NATIONAL)
                self.assertEqual(read_phone(national, region).numbers, expected, national)
                self.assertEqual(read_phone(expected[0].text, "CN").numbers, expected, national)

    def test_long_texts_take_no_time(self):
        for part in (
                "1-", "(", "+", "转1", ",1", "1 ", "1", "139", "13900000101,", "*", "1*", "x", "1.", "E+1", "电话", " ",
                "a1", "王", "\n", "1\n", "/1", "{", "tel", "=", "ﷺ", "\u0301", "\ud800"):
            for length in (299, 10_000):
                text = (part * length)[:length]
                for sample in (text, "13900000101" + text, text + "13900000101"):
                    with self.subTest(part=part, length=length):
                        start = time.process_time()
                        self.assertWhole(read_phone(sample, "CN"))
                        wechat_key(sample, "CN")
                        self.assertLess(time.process_time() - start, 0.3)

    def test_much_blank_is_no_long_text(self):
        text = " " * 10_000 + "139" + " " * 500 + "00000101" + " " * 10_000
        self.assertEqual([number.key for number in read_phone(text, "CN").numbers], [MOBILE])

    @settings(max_examples=400, deadline=None, derandomize=True)
    @given(st.data())
    def test_noise_changes_nothing(self, data):
        """Noise around and within a number leaves its key, or the text is kept with all its digits."""
        region = data.draw(st.sampled_from(["CN", "CN", *ABROAD]))
        plain, key = ABROAD.get(region) or data.draw(st.sampled_from(sorted(NUMBERS.items())))
        # in Germany a last ".0" may be a digit to dial
        front, back = data.draw(st.sampled_from(FRONTS)), data.draw(st.sampled_from(BACKS))
        # in Germany a last ".0" may be a digit to dial
        assume(region == "CN" or not ("8" in folded(front) or (region == "DE" and back == ".0")))
        noise = data.draw(st.lists(st.sampled_from(NOISE), min_size=len(plain), max_size=len(plain)))
        text = front + "".join(map("".join, zip(noise, plain, strict=True))) + back
        reading = read_phone(text, region)
        self.assertWhole(reading)
        keys = [number.key for number in reading.numbers]
        if keys:
            self.assertEqual(keys, [key], text)
        else:
            self.assertEqual((reading.kind, digits(reading.rest)), ("unknown", digits(folded(text))), text)

    @settings(max_examples=200, deadline=None, derandomize=True)
    @given(st.sampled_from(FRONTS), st.sampled_from(BACKS), st.sampled_from(sorted(NUMBERS)),
           st.sampled_from(["", " ", "-", "－", ".", "\u200b", "\u3000", "—"]))
    def test_usual_noise_loses_nothing(self, front, back, plain, blank):
        text = f"{front}{plain[:3]}{blank}{plain[3:7]}{blank}{plain[7:]}{back}"
        if back == ".0" and blank == ".":
            # its last digits: no spreadsheet writes dots twice
            return
        self.assertEqual([number.key for number in read_phone(text, "CN").numbers], [NUMBERS[plain]], text)

    @settings(max_examples=400, deadline=None, derandomize=True)
    @given(
        st.lists(st.one_of(
            st.sampled_from([
                *NUMBERS, "010-62345678", "010", "62345678", "139****0147", "357", "400", "8208820", "86", "+",
                "0", "1"]),
            st.sampled_from([
                " ", "-", "/", ",", ";", "转", "x", "(", ")", "王先生", "、", "\n", ".", "电话", "Fax ", "@"]),
            st.text(max_size=3)), max_size=12).map("".join),
        st.sampled_from(["CN", "HK", "DE", "US", False]))
    def test_no_digit_is_lost(self, text, region):
        """Where a number is read, each digit of the text is in a number, an extension or the rest."""
        reading = read_phone(text, region)
        self.assertWhole(reading)
        wechat_key(text, region)
        if reading.kind != "number":
            return
        written, prefixes = digits(folded(text)), {"0", "011"}
        lost = Counter(written) - Counter(digits(reading.rest))
        for e164, extension in reading.numbers:
            number = phonenumbers.parse(e164)
            dialled = phonenumbers.national_significant_number(number) + extension
            self.assertIn(dialled, written)
            lost -= Counter(dialled * written.count(dialled))
            prefixes.add(str(number.country_code))
        # a number is written with prefixes that its key has, or has not
        self.assertLessEqual(lost.keys(), set("".join(prefixes)), text)

    @settings(max_examples=300, deadline=None, derandomize=True)
    @given(st.text(max_size=400), st.sampled_from(["CN", "ES", False]))
    def test_any_text(self, text, region):
        self.assertWhole(read_phone(text, region))
        wechat_key(text, region)

    @settings(max_examples=300, deadline=None, derandomize=True)
    @given(
        st.integers(3, 10), st.integers(1, 8), st.sampled_from("*●•＊？_#xX"),
        st.sampled_from(["", " 王先生", "（王先生）"]))
    def test_hidden_digits_give_no_number(self, at, hidden, sign, words):
        """However many digits of a mobile are hidden, wherever: nobody is recognised."""
        plain = "13900000101"
        text = plain[:at] + sign * hidden + plain[at + hidden:] + words
        if hidden > 1 or sign not in "#xX":
            self.assertEqual(read_phone(text, "CN").kind, "masked", text)
        self.assertNotIn(MOBILE, [number.key for number in read_phone(text, "CN").numbers])

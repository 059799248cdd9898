from itertools import zip_longest

from odoo.tests import tagged

from .sheet_case import SheetCase

# a cell as it stands below the headings of each field
CELLS = {
    "inquiry_date": "2026-09-01 10:00:00", "contact_name": "王先生", "salutation": "男", "phone": "13900001001",
    "phone2": "13900001002", "wechat": "wx_1001", "email_from": "wang@example.com", "medium_id": "网络",
    "source_id": "汽车之家", "vehicle_brand_id": "大众", "vehicle_model_id": "途岳", "intent_grade_id": "A",
    "focus_ids": "空间", "industry_id": "教育", "purchase_type": "首购", "payment_method": "贷款", "budget": "200000",
    "user_id": "顾问甲", "description": "周末来看车", "partner_name": "某某贸易公司", "trade_in": "是",
    "current_vehicle": "旧朗逸", "inquiry_ref": "90000001", "city": "杭州市", "state_id": "浙江",
}
HEADINGS = {
    "inquiry_date": (
        "登记时间", "登记日期", "咨询时间", "咨询日期", "来店时间", "来店日期", "到店时间", "到店日期", "来访时间",
        "来访日期",
        "进店时间", "进店日期", "来电时间", "来电日期", "接待时间", "接待日期", "留资时间", "留资日期", "提交时间",
        "询价时间",
        "报名时间", "下单时间", "推送时间", "下发时间", "派发时间", "分配时间", "线索创建时间", "线索分配时间",
        "线索产生时间",
        "线索提交时间", "创建时间", "创建日期", "建档时间", "建卡日期", "录入时间", "客户来店时间", "首次到店时间",
        "日期",
        "created_time", "create_time", "Created Time", "Lead Submit Time", "lead_submit_time", "Created at",
        "Submitted at", "Inquiry Date", "Registered on", "date"),
    "contact_name": (
        "客户姓名", "客户名称", "姓名", "联系人", "联系人姓名", "顾客姓名", "用户姓名", "客户名", "full_name",
        "Full Name",
        "Name", "Customer Name"),
    "salutation": ("性别", "客户性别", "称谓", "称呼", "客户称谓", "gender", "Salutation"),
    "phone": (
        "电话", "手机", "手机号", "手机号码", "电话号码", "联系电话", "联系方式", "客户电话", "客户手机", "客户手机号",
        "客户联系电话",
        "顾客电话", "用户手机号", "移动电话", "手机号(11位手机号，不可有空格)", "phone_number", "Phone Number",
        "User Phone",
        "Mobile", "Phone", "Telephone"),
    "phone2": ("备用电话", "备用手机", "备用手机号", "第二电话", "电话2", "手机2", "联系电话2", "其他电话", "固定电话",
    "座机", "Phone 2"),
    "wechat": ("微信", "微信号", "微信账号", "客户微信", "客户微信号", "WeChat", "WeChat ID"),
    "email_from": (
        "邮箱", "电子邮箱", "邮件", "电子邮件", "客户邮箱", "email", "Email", "User Email", "work_email", "E-mail",
        "Email Address"),
    "medium_id": ("渠道", "客户渠道", "来源渠道", "渠道来源", "线索渠道", "来店渠道", "获客渠道", "Channel"),
    "source_id": (
        "来源", "客户来源", "信息来源", "线索来源", "来源平台", "媒体来源", "信息渠道", "获知渠道", "Lead Source",
        "source"),
    "vehicle_brand_id": ("品牌", "意向品牌", "拟购品牌", "咨询品牌", "关注品牌", "Brand", "Make"),
    "vehicle_model_id": (
        "车系", "意向车系", "拟购车系", "咨询车系", "关注车系", "车型", "意向车型", "拟购车型", "咨询车型", "询价车型",
        "关注车型",
        "意向车", "感兴趣车型", "Model", "Car Model", "Vehicle Model", "Vehicle of Interest"),
    "intent_grade_id": (
        "级别", "意向级别", "意向等级", "客户级别", "客户等级", "线索等级", "线索级别", "意向度", "客户意向级别",
        "Grade",
        "Intent Grade"),
    "focus_ids": ("关注点", "购车关注点", "客户关注点", "关注因素", "关注重点", "Focus Points"),
    "industry_id": ("行业", "所属行业", "客户行业", "潜客行业", "从事行业", "Industry"),
    "purchase_type": ("购车类型", "购车性质", "购买类型", "购买性质", "Purchase Type"),
    "payment_method": ("付款方式", "支付方式", "购车方式", "Payment Method"),
    "budget": ("预算", "购车预算", "预算金额", "购车预算(元)", "预算（元）", "预算(万)", "预算（万元）", "心理价位",
    "Budget"),
    "user_id": (
        "销售顾问", "归属顾问", "接待顾问", "接待销售顾问", "所属顾问", "跟进顾问", "顾问", "跟进人", "归属人",
        "所属人", "负责人",
        "线索所有人", "线索拥有者", "接待人", "接待人员", "销售人员", "业务员", "Owner", "Sales Consultant",
        "Salesperson", "Assigned to"),
    "description": (
        "备注", "说明", "备注信息", "客户备注", "留言", "客户留言", "沟通内容", "洽谈内容", "客户需求", "Remarks",
        "Comments", "Notes"),
    "partner_name": ("公司", "单位", "公司名称", "单位名称", "工作单位", "公司/单位", "company_name", "Company"),
    "trade_in": ("是否置换", "置换", "有无置换", "是否有置换", "置换意向", "Trade-in"),
    "current_vehicle": ("现有车型", "现有车辆", "在用车型", "保有车型", "原有车型", "置换车型", "Current Car"),
    "inquiry_ref": (
        "线索ID", "线索id", "线索编号", "线索号", "原始线索ID", "唯一线索ID", "商机编号", "订单编号", "lead_id",
        "Lead ID",
        "clue_id"),
    "city": ("城市", "所在城市", "市", "客户城市", "上牌城市", "city"),
    "state_id": ("省份", "省", "所在省份", "province", "state"),
}
# columns that say nothing that a card knows, and what stands below them
NONE = {
    "序号": "1", "编号": "1", "自动编号": "1", "No.": "1", "客户ID": "88001", "客户编号": "K0001", "用户ID": "9001",
    "ad_id": "ag:1201", "ad_name": "ad one", "adset_id": "as:1202", "adset_name": "set one", "adgroup_id": "1203",
    "adgroup_name": "group one", "campaign_id": "c:1203", "campaign_name": "campaign one", "form_id": "f:1204",
    "form_name": "form one", "is_organic": "FALSE", "platform": "ig", "lead_status": "complete", "inbox_url": "",
    "gcl_id": "Cj0K", "GCLID": "Cj0K", "creative_id": "1205", "is_test": "false", "Campaign ID": "1203",
    "Ad group ID": "1206", "Form ID": "1204", "广告主ID": "16001", "广告计划ID": "17001", "广告计划名称": "九月大促",
    "线索类型": "表单提交", "线索状态": "未处理", "跟进状态": "待跟进", "标签": "重要",
    "下次回访时间": "2026-10-01 10:00:00", "下次跟进时间": "2026-10-01 10:00:00", "下次回访日期": "2026-10-01",
    "预计到店时间": "2026-10-01 10:00:00", "预约到店时间": "2026-10-01 10:00:00", "预计购车时间": "2026-10-01",
    "拟购时间": "2026-10-01", "预约试驾时间": "2026-10-01 10:00:00", "最后跟进时间": "2026-09-05 10:00:00",
    "最近跟进时间": "2026-09-05 10:00:00", "最后追踪时间": "2026-09-05 10:00:00", "首次跟进时间": "2026-09-02 10:00:00",
    "最后修改时间": "2026-09-05 10:00:00", "更新时间": "2026-09-05 10:00:00", "updated_at": "2026-09-05 10:00:00",
    "离店时间": "2026-09-01 11:00:00", "客户离店时间": "2026-09-01 11:00:00", "交车时间": "2026-10-05",
    "成交日期": "2026-09-20", "生日": "1990-05-01", "出生日期": "1990-05-01", "年龄": "35", "QQ": "100001",
    "身份证号": "330100199005010000", "经销商名称": "大众示范店", "经销商ID": "88", "经销商": "大众示范店",
    "门店": "示范店",
    "经销商电话": "057100000000", "销售顾问电话": "13900009001", "推荐人手机号": "13900009002",
    "推荐人电话": "13900009002", "登记人": "前台", "到店人数": "2", "来店人数": "2", "随行人数": "2", "接待时长": "60",
    "来店次数": "1", "是否到店": "是", "是否试驾": "是", "是否留档": "是", "竞品车型": "迈腾", "对比车型": "迈腾",
    "成交价": "180000",
    "战败原因": "价格", "号码归属地": "浙江杭州", "DCC专员": "小陈", "Last Activity": "2026-09-05 10:00:00",
    "Last Contacted": "2026-09-05 10:00:00", "Next Call": "2026-10-01 10:00:00", "Next Follow-up": "2026-10-01",
    "Expected Delivery": "2026-10-05", "Age": "35", "Birthday": "1990-05-01",
    "Dealer ID": "88", "Dealer Name": "Sample dealer", "Row": "1",
}
# the same heading with what hands and programs add
NOISE = {
    " 客户姓名 ": "contact_name", "客户　姓名": "contact_name", "客户\n姓名": "contact_name",
    "客户姓名*": "contact_name",
    "*客户姓名": "contact_name", "客户姓名（必填）": "contact_name", "客户姓名(必填)": "contact_name",
    "【必填】客户姓名": "contact_name",
    "客户姓名【必选】": "contact_name", "客户姓名：": "contact_name", "客户姓名:": "contact_name",
    "1.客户姓名": "contact_name",
    "2、手机号": "phone", "手 机 号": "phone", "手机号（11位）": "phone", "手机号(11位手机号)": "phone",
    "手机号\r\n(11位)": "phone",
    "＊手机号": "phone", "手机号码（必填项）": "phone", "（必填）手机号码": "phone", "PHONE_NUMBER": "phone",
    "phone number": "phone",
    "Phone Numbers": "phone", "Ｐｈｏｎｅ": "phone", "phone-number": "phone", "Phone Number *": "phone",
    "Phone number (required)": "phone", "EMAIL": "email_from", "Ｅｍａｉｌ": "email_from", "E-Mail:": "email_from",
    "线索ＩＤ": "inquiry_ref", "线索 ID": "inquiry_ref", "LEAD_ID": "inquiry_ref", "微信号（选填）": "wechat",
    "WECHAT": "wechat", "登记时间（年-月-日）": "inquiry_date", "登记时间(yyyy-mm-dd)": "inquiry_date",
    "登记\n时间": "inquiry_date", "意向级别（H/A/B/C）": "intent_grade_id", "意向级别(HABC)": "intent_grade_id",
    "意向级别 ": "intent_grade_id", "预算(元)": "budget", "预算（单位：万元）": "budget", "备　注": "description",
    "备 注": "description",
    "性　别": "salutation", "性别(男/女)": "salutation", "是否置换（是/否）": "trade_in", "销售顾问*": "user_id",
    "\ufeff客户姓名": "contact_name", "\u200b手机号": "phone", "Customer Names": "contact_name",
    "Remark": "description",
    "Brands": "vehicle_brand_id", "Models": "vehicle_model_id", "Sources": "source_id",
}
# noise makes no field of what is none
NOISY_NONE = {
    "序 号": "1", "序号*": "1", "ＱＱ": "100001", "下次回访时间（必填）": "2026-10-01", "下次\n回访时间": "2026-10-01",
    "客户 ID": "88001",
    "AD_ID": "ag:1201", "Lead Status": "complete", "LAST ACTIVITY": "2026-09-05 10:00:00",
    "经销商 ID": "88", "生日：": "1990-05-01", "最后跟进时间:": "2026-09-05 10:00:00",
}
# several columns that say much the same: {headings: fields}
TOGETHER = {
    ("下单时间", "推送时间"): ("inquiry_date", False),
    ("推送时间", "下单时间"): (False, "inquiry_date"),
    ("线索创建时间", "下发时间"): ("inquiry_date", False),
    ("下发时间", "线索创建时间"): (False, "inquiry_date"),
    ("留资时间", "分配时间"): ("inquiry_date", False),
    ("分配时间", "留资时间"): (False, "inquiry_date"),
    ("线索分配时间", "留资时间"): (False, "inquiry_date"),
    ("提交时间", "下发时间"): ("inquiry_date", False),
    ("来店时间", "离店时间"): ("inquiry_date", False),
    ("登记时间", "下次回访时间", "最后跟进时间"): ("inquiry_date", False, False),
    ("created_time", "updated_at"): ("inquiry_date", False),
    ("下次回访时间", "登记日期"): (False, "inquiry_date"),
    ("日期", "时间"): ("inquiry_date", "inquiry_date"),
    ("登记日期", "时间"): ("inquiry_date", "inquiry_date"),
    ("来店日期", "来店时间"): ("inquiry_date", "inquiry_date"),
    ("车系", "车型"): ("vehicle_model_id", "description"),
    ("车型", "车系"): ("description", "vehicle_model_id"),
    ("意向车系", "意向车型"): ("vehicle_model_id", "description"),
    ("拟购品牌", "拟购车系", "拟购车型"): ("vehicle_brand_id", "vehicle_model_id", "description"),
    ("品牌", "车系", "车款"): ("vehicle_brand_id", "vehicle_model_id", "description"),
    ("车型",): ("vehicle_model_id",),
    ("意向车型", "现有车型", "竞品车型"): ("vehicle_model_id", "current_vehicle", False),
    ("手机号", "备用电话"): ("phone", "phone2"),
    ("电话", "推荐人电话"): ("phone", False),
    ("推荐人手机号", "客户手机号"): (False, "phone"),
    ("渠道", "来源"): ("medium_id", "source_id"),
    ("备注", "客户留言"): ("description", "description"),
    ("销售顾问", "DCC专员"): ("user_id", False),
    ("经销商名称", "客户名称"): (False, "contact_name"),
    ("ad_name", "adset_name", "campaign_name", "form_name", "full_name"): (False, False, False, False, "contact_name"),
    ("id", "created_time", "phone_number"): ("inquiry_ref", "inquiry_date", "phone"),
    ("id", "lead_id", "phone_number"): (False, "inquiry_ref", "phone"),
    ("客户ID", "线索ID", "经销商ID"): (False, "inquiry_ref", False),
    ("序号", "线索编号"): (False, "inquiry_ref"),
    ("first_name", "last_name"): ("contact_name", "contact_name"),
    ("省份", "城市"): ("state_id", "city"),
}
BELOW = {
    "日期": "2026-09-01", "登记日期": "2026-09-01", "来店日期": "2026-09-01", "id": "l:1111111111111111",
    "first_name": "Ann",
    "last_name": "Field", "车款": "2025款 300TSI", "full_name": "Ann Field",
}
TIMES_OF_DAY = {("日期", "时间"), ("登记日期", "时间"), ("来店日期", "来店时间")}


@tagged("standard", "post_install", "-at_install")
class TestSheetHeadings(SheetCase):
    """Each heading that providers and dealers use finds its field, and what a card does not know finds none."""

    def _matched(self, columns, **options):
        """Return the fields of the columns of a file: a list of names or False.

        :param list columns: pairs of heading and cell
        """
        return self._open(self._csv(*zip(*columns, strict=True)), **options).fields

    def _find_wrong(self, expected, cells):
        """Return the dict {heading: what it was matched to} of the wrong ones, several headings a file.

        :param dict expected: {heading: field or False}
        :param dict cells: {heading: cell below it}
        """
        groups = {}
        for heading, field in expected.items():
            groups.setdefault(field, []).append(heading)
        # what is no field is spread over as many files as the fields need
        count = max(map(len, groups.values()))
        others = groups.pop(False, [])
        spread = [others[start::count] for start in range(count)]
        wrong = {}
        for row, more in zip_longest(zip_longest(*groups.values()), spread, fillvalue=()):
            headings = [heading for heading in (*row, *more) if heading]
            found = self._matched([(heading, cells[heading]) for heading in headings] or [("姓名", "王")])
            wrong.update({
                heading: field for heading, field in zip(headings, found, strict=True) if field != expected[heading]})
        return wrong

    def test_the_tables_are_long(self):
        count = sum(map(len, HEADINGS.values()))
        self.assertGreaterEqual(count + len(NONE), 160)
        self.assertEqual(set(HEADINGS), set(CELLS))

    def test_headings(self):
        expected = {heading: field for field, headings in HEADINGS.items() for heading in headings}
        cells = {heading: CELLS[field] for heading, field in expected.items()}
        self.assertEqual(self._find_wrong(expected, cells), {})

    def test_headings_that_are_none(self):
        """They find no field beside the usual ones, nor in their place."""
        usual = [("客户姓名", "王先生"), ("手机号", "13900001001"), ("登记时间", "2026-09-01 10:00:00")]
        found = self._matched([*usual, *NONE.items()])
        self.assertEqual(found[:3], ["contact_name", "phone", "inquiry_date"])
        self.assertEqual({heading: field for heading, field in zip(NONE, found[3:], strict=True) if field}, {})
        found = self._matched([*NONE.items(), ("姓名", "王先生")])
        self.assertEqual({heading: field for heading, field in zip(NONE, found, strict=False) if field}, {})

    def test_headings_that_are_none_of_few_columns(self):
        """Where nothing else would fill the field, they find it no more."""
        names = list(NONE)
        wrong = {}
        for start in range(0, len(names), 6):
            part = names[start:start + 6]
            found = self._matched([("姓名", "王先生"), *((heading, NONE[heading]) for heading in part)])
            wrong.update({heading: field for heading, field in zip(part, found[1:], strict=True) if field})
        self.assertEqual(wrong, {})

    def test_noise(self):
        expected = {**NOISE, **dict.fromkeys(NOISY_NONE, False)}
        cells = {heading: CELLS.get(field) or NOISY_NONE[heading] for heading, field in expected.items()}
        wrong = {}
        for heading, field in expected.items():
            columns = [(heading, cells[heading])]
            columns += [(name, CELLS[other]) for name, other in (
                ("姓名", "contact_name"), ("渠道", "medium_id")) if other != field]
            [found, *_rest] = self._matched(columns)
            if found != field:
                wrong[heading] = found
        self.assertEqual(wrong, {})

    def test_several_columns(self):
        wrong = {}
        for headings, expected in TOGETHER.items():
            columns = []
            for heading, field in zip(headings, expected, strict=True):
                cell = BELOW.get(heading) or NONE.get(heading) or CELLS.get(field) or CELLS["inquiry_date"]
                if headings in TIMES_OF_DAY and heading == headings[1]:
                    cell = "10:05"
                columns.append((heading, cell))
            columns.append(("所属行业", "教育"))
            found = self._matched(columns)[:-1]
            if tuple(found) != expected:
                wrong[headings] = found
        self.assertEqual(wrong, {})

    def test_id_is_never_the_external_id(self):
        for heading in ("id", "ID", "Id", " id "):
            for cells in (["l:1111111111111111", "l:1111111111111112"], ["1", "2"], ["900001", "900002"]):
                with self.subTest(heading=heading, cells=cells):
                    rows = [[heading, "full_name", "phone_number"]]
                    rows += [[cell, "Ann Field", f"1390000100{index}"] for index, cell in enumerate(cells)]
                    fields = self._open(rows).fields
                    self.assertNotIn(fields[0], ("id", ".id"))
                    self.assertEqual(fields[1:], ["contact_name", "phone"])

    def test_standard_import_matches_as_odoo_does(self):
        """Where leads are imported that are no registrations, a column ``id`` is the external id as ever."""
        rows = [["id", "name", "email_from"], ["__export__.lead_1", "Fleet", "fleet@example.com"]]
        for options in ({}, {"auto_registrations": False}):
            with self.subTest(options=options):
                screen = self._open(rows, registrations=False, **options)
                self.assertEqual(screen.fields, ["id", "name", "email_from"])

    def test_what_one_file_means_the_next_does_not(self):
        """Odoo remembers the fields of the last file: the trim of one list is the model of another."""
        def name(phone, *cells):
            return ["王先生", phone, "2026-09-01 10:00:00", *cells]

        rows = [["姓名", "手机号", "下单时间", "品牌", "车系", "车型", "推送时间"],
                name("13900003001", "大众", "途岳", "330TSI 豪华版", "2026-09-01 10:01:00")]
        self.assertLoaded(self._open(rows).run(), 1)
        rows = [["姓名", "手机号", "推送时间", "品牌", "车型"], name("13900003002", "大众", "途岳")]
        screen = self._open(rows)
        self.assertEqual(screen.matches["车型"], "vehicle_model_id")
        self.assertEqual(screen.matches["推送时间"], "inquiry_date")
        self.assertLoaded(screen.run(), 2)
        rows = [["姓名", "手机号", "下单时间", "品牌", "车系", "车型"],
                name("13900003003", "大众", "途岳", "330TSI 豪华版")]
        screen = self._open(rows)
        self.assertEqual((screen.matches["车系"], screen.matches["车型"]), ("vehicle_model_id", "description"))
        rows = [["id", "full_name", "phone_number"], ["l:1111111111111113", "Ann Field", "13900003004"]]
        self.assertLoaded(self._open(rows).run(), 3)
        rows = [["id", "name", "email_from"], ["__export__.lead_1", "Fleet", "fleet@example.com"]]
        self.assertEqual(self._open(rows, registrations=False).fields[0], "id")

    def test_what_somebody_chose_is_remembered(self):
        """A column of a dealer's own, once matched by hand, is matched the next time."""
        rows = [["姓名", "手机号", "小陈说的话"], ["王先生", "13900003001", "要红色"]]
        screen = self._open(rows)
        self.assertFalse(screen.matches["小陈说的话"])
        screen.choose("小陈说的话", "description")
        self.assertLoaded(screen.run(), 1)
        self.assertIn("要红色", str(self._leads().description))
        self.assertEqual(self._open(rows).matches["小陈说的话"], "description")

    def test_an_english_user(self):
        self.manager.lang = "en_US"
        rows = [["姓名", "手机号", "Inquiry Date", "Customer Name", "Sales Consultant", "下次回访时间"],
                ["王先生", "13900003001", "2026-09-01 10:00", "", "顾问甲", "2026-10-01"]]
        found = self._open(rows).fields
        self.assertEqual((found[1], found[2], found[4], found[5]), ("phone", "inquiry_date", "user_id", False))

"""Who comes to the demo dealership, with what wish, and how it ends. Plain data, the same for the same seed."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
PHONES = range(13800138000, 13800200000)
CONSULTANTS = tuple(f"user_consultant_{number}" for number in range(1, 7))

# channel -> (share, sources with shares, registrars with shares; None is the owner)
CHANNELS = {
    "到店": (46, {"路过": 9, "老客户": 4, "户外广告": 3, "车展": 3, "汽车之家": 4},
            {"user_reception": 8, None: 2}),
    "来电": (17, {"汽车之家": 5, "懂车帝": 4, "官网": 3, "户外广告": 2}, {"user_call_centre": 7, "user_reception": 3}),
    "网络": (22, {"汽车之家": 8, "懂车帝": 7, "易车": 4, "厂家下发": 4}, {"user_call_centre": 1}),
    "外展": (6, {"车展": 3, "巡展": 4}, {"user_reception": 1}),
    "转介绍": (5, {"老客户": 1}, {None: 1}),
    "私信/直播": (4, {"抖音": 5, "快手": 2, "小红书": 3}, {"user_call_centre": 1}),
}
# model -> (share, list price)
VEHICLES = {
    "vehicle_lavida": (24, 129900), "vehicle_lamando": (7, 159900), "vehicle_passat": (16, 219900),
    "vehicle_tacqua": (5, 139900), "vehicle_tharu": (13, 179900), "vehicle_tiguan": (17, 239900),
    "vehicle_teramont": (4, 329900), "vehicle_viloran": (4, 309900), "vehicle_id3": (6, 149900),
    "vehicle_id4x": (5, 199900),
}
GRADES = {"grade_h": 14, "grade_a": 22, "grade_b": 36, "grade_c": 28}
INDUSTRIES = {
    "industry_self_employed": 22, "industry_manufacturing": 13, "industry_medical": 8, "industry_building": 7,
    "industry_finance": 7, "industry_government": 9, "industry_education": 9, "industry_it": 9,
    "industry_logistics": 5, "industry_farming": 2, "industry_retail": 12, "industry_ride_hailing": 4,
    "industry_other": 5,
}
FOCUS = {
    "focus_safety": 12, "focus_smart": 10, "focus_brand": 9, "focus_after_sales": 5, "focus_exterior": 10,
    "focus_interior": 7, "focus_consumption": 13, "focus_price": 18, "focus_space": 11, "focus_power": 6,
    "focus_resale": 5, "focus_financing": 4,
}
WON_REASONS = {
    "won_reason_price": 26, "won_reason_product": 19, "won_reason_brand": 12, "won_reason_service": 14,
    "won_reason_test_drive": 12, "won_reason_stock": 8, "won_reason_trade_in": 6, "won_reason_financing": 5,
    "won_reason_referral": 6, "won_reason_loyalty": 4,
}
LOST_REASONS = {
    "lost_reason_price": 15, "lost_reason_better_offer": 20, "lost_reason_competitor": 26, "lost_reason_stock": 6,
    "lost_reason_configuration": 5, "lost_reason_trade_in": 5, "lost_reason_loan_refused": 3,
    "lost_reason_loan_terms": 3, "lost_reason_postponed": 11, "lost_reason_given_up": 4, "lost_reason_service": 2,
    "lost_reason_unreachable": 8, "lost_reason_other_dealer": 6, "lost_reason_used_car": 3, "lost_reason_plate": 2,
}
COMPETITOR_REASONS = ("lost_reason_better_offer", "lost_reason_competitor")
COMPETITORS = {
    "vehicle_qin": 14, "vehicle_song": 12, "vehicle_camry": 8, "vehicle_rav4": 9, "vehicle_crv": 8,
    "vehicle_accord": 7, "vehicle_sylphy": 10, "vehicle_model_y": 8, "vehicle_galaxy_l7": 8, "vehicle_tiggo8": 6,
    "vehicle_li_l6": 5, "vehicle_aito_m7": 5,
}
REJECT_REASONS = {
    "reject_reason_wrong_number": 9, "reject_reason_no_answer": 7, "reject_reason_no_intention": 7,
    "reject_reason_bought_other": 3, "reject_reason_out_of_area": 4, "reject_reason_trade": 2,
    "reject_reason_after_sales": 3, "reject_reason_test": 1,
}

# How 600 customers end, with the days since their inquiry. The rest is open.
#   name: (how many, at least, first day, last day)
FATES = {
    "draft": (4, 1, 0, 2),
    "waiting_registration": (4, 2, 0, 0),
    "today": (4, 1, 0, 0),
    "returned_registration": (4, 1, 1, 3),
    "waiting_won": (3, 1, 2, 25),
    "waiting_lost": (3, 1, 5, 40),
    "waiting_cancel": (1, 1, 20, 40),
    "won_today": (2, 1, 3, 20),
    "on_the_spot_today": (1, 1, 0, 0),
    "lost_today": (3, 1, 8, 50),
    "fleet_order": (1, 1, 30, 45),
    "cancelled": (3, 1, 40, 90),
    "cancelled_lost": (1, 1, 45, 90),
    "no_calls": (2, 1, 20, 60),
    "returned_lost": (9, 1, 35, 100),
    "won_again_lost": (5, 1, 60, 110),
    "on_the_spot": (7, 1, 1, 119),
    "won": (75, 4, 14, 119),
    "lost": (132, 6, 20, 119),
    "rejected": (36, 2, 1, 119),
}
WON_FATES = (
    "won", "won_today", "on_the_spot", "on_the_spot_today", "waiting_won", "waiting_cancel", "fleet_order", "cancelled",
    "cancelled_lost", "month_end")
LOST_FATES = ("lost", "lost_today", "waiting_lost", "returned_lost", "won_again_lost", "cancelled_lost")


def pick(rng, shares):
    """Return a key of ``shares`` (dict of key to share)."""
    return rng.choices(list(shares), weights=list(shares.values()))[0]


@dataclass
class Customer:
    """One customer: what is known at the door, what comes out later, and how it ends."""
    rng: random.Random
    fate: str
    day: date
    owner: str
    registrar: str
    phone: str
    # what the desk writes down, what the consultant completes after the talk
    values: dict
    details: dict
    grade: str
    end_day: date = None
    repeat_day: date = None
    new_owner: str = None
    forgotten: bool = False
    calls_today: bool = False
    late: float = 0.1
    twin: "Customer" = None
    deal: dict = field(default_factory=dict)
    loss: dict = field(default_factory=dict)


def cast(size, days, today, seed):
    """Make up the customers of the dealership.

    :param int size: how many
    :param int days: how far back the first one came
    :param date today: the company's day
    :return: list of Customer
    """
    rng = random.Random(seed)
    fates = []
    for fate, (share, least, first, last) in FATES.items():
        fates += [(fate, first, min(last, days - 1))] * max(least, round(share * size / 600))
    fates += [("month_end", 0, 0), ("twin", 0, 0)]
    fates += [("open", 1, days - 1)] * (size - len(fates))
    phones = rng.sample(PHONES, len(fates))
    customers = []
    for number, (fate, first, last) in enumerate(fates):
        own = random.Random(f"{seed}/{number}")
        day = _inquiry_day(own, today, first, last, recent=fate == "open")
        customers.append(_customer(own, fate, day, str(phones[number]), today))
    opened = [customer for customer in customers if customer.fate == "open" and "phone" in customer.values]
    _special_cases(rng, customers, opened, size, today)
    return customers


def _inquiry_day(rng, today, first, last, recent):
    """Return the date ``first`` to ``last`` days ago: weekends bring nearly two fifths of the inquiries."""
    ages = range(first, last + 1)
    weights = [
        (1.6 if (today - timedelta(days=age)).weekday() >= 5 else 1.0) * (0.99 if recent else 1.008) ** age
        for age in ages
    ]
    return today - timedelta(days=rng.choices(ages, weights=weights)[0])


def _customer(rng, fate, day, phone, today):
    owner = pick(rng, dict(zip(CONSULTANTS, (24, 20, 18, 15, 13, 10), strict=True)))
    channel = pick(rng, {name: share for name, (share, _sources, _registrars) in CHANNELS.items()})
    _share, sources, registrars = CHANNELS[channel]
    registrar = pick(rng, registrars) or owner
    vehicle = pick(rng, {name: share for name, (share, _price) in VEHICLES.items()})
    price = VEHICLES[vehicle][1]
    salutation = rng.choices(("mr", "ms"), weights=(64, 36))[0]
    name = rng.choice(SURNAMES) + {"mr": "先生", "ms": "女士"}[salutation]
    focus = []
    while len(focus) < rng.choice((1, 2, 2, 3)):
        focus.append(pick(rng, {point: share for point, share in FOCUS.items() if point not in focus}))
    values = {
        "name": name, "contact_name": name, "salutation": salutation, "phone": f"+86 {phone}",
        "user_id": owner, "medium_id": channel, "source_id": pick(rng, sources), "vehicle_model_id": vehicle,
        "intent_grade_id": "grade_n",
    }
    details = {
        "focus_ids": tuple(focus), "industry_id": pick(rng, INDUSTRIES),
        "purchase_type": rng.choices(("first", "replacement", "additional"), weights=(52, 36, 12))[0],
        "payment_method": rng.choices(("cash", "loan", "undecided"), weights=(35, 45, 20))[0],
        "budget": int(round(price * rng.uniform(0.9, 1.15), -4)),
    }
    grade = pick(rng, GRADES)
    if registrar == owner or rng.random() < 0.45:
        values.update(details)
        details = {}
    if registrar == owner:
        values["intent_grade_id"] = grade
    customer = Customer(rng, fate, day, owner, registrar, phone, values, details, grade)
    if channel == "到店" and fate in ("open", "rejected") and (today - day).days < 5 and rng.random() < 0.2:
        values.pop("phone")
        values["no_contact_left"] = True
    if fate == "draft":
        del values["name"], values["contact_name"]
    _plan_end(customer, price, today)
    return customer


def _plan_end(customer, price, today):
    """Choose the day of the purchase or of the loss, and what is agreed then."""
    rng, fate, day = customer.rng, customer.fate, customer.day
    if fate in WON_FATES:
        customer.deal = {
            "won_reason_id": pick(rng, WON_REASONS), "quantity": 1,
            "sale_price": int(round(price * rng.uniform(0.86, 0.97), -2)),
            "deposit": rng.choice((2000, 5000, 5000, 10000, 20000)),
            "order_ref": f"SO{rng.randrange(10000, 99999)}",
        }
        customer.grade = rng.choice(("grade_h", "grade_h", "grade_a"))
    if fate in LOST_FATES:
        customer.loss = {"lost_reason_id": pick(rng, LOST_REASONS)}
        if customer.loss["lost_reason_id"] in COMPETITOR_REASONS:
            customer.loss["lost_model_id"] = pick(rng, COMPETITORS)
    if fate in ("on_the_spot", "on_the_spot_today"):
        customer.end_day = day
    elif fate in ("won_today", "lost_today", "waiting_won", "waiting_lost"):
        customer.end_day = today if fate.endswith("today") else today - timedelta(days=rng.choice((0, 0, 1)))
    elif fate in WON_FATES:
        customer.end_day = day + timedelta(days=min((today - day).days - 2, round(rng.triangular(1, 15, 2))))
    elif fate in LOST_FATES and customer.loss["lost_reason_id"] == "lost_reason_unreachable":
        customer.end_day = day + timedelta(days=min((today - day).days - 2, 6))
    elif fate in LOST_FATES:
        customer.end_day = day + timedelta(days=min((today - day).days - 2, round(rng.triangular(1, 24, 4))))
    elif fate == "no_calls":
        customer.end_day = day + timedelta(days=8)


def _special_cases(rng, customers, opened, size, today):
    """Turn some of the customers into the cases that a trial should be able to show, each named."""
    def some(share):
        return rng.sample(opened, max(1, round(share * size / 600)))

    by_fate = {}
    for customer in customers:
        by_fate.setdefault(customer.fate, []).append(customer)
    # a company orders three cars
    [company] = by_fate["fleet_order"]
    company.values.update(
        name="示例物流有限公司", partner_name="示例物流有限公司", salutation="company",
        vehicle_model_id="vehicle_tharu")
    company.deal.update(quantity=3, sale_price=3 * 165000, deposit=30000)
    company.details.update(industry_id="industry_fleet")
    company.values.pop("industry_id", None)
    # ordered on the last day of a month, confirmed on the first of the next
    [customer] = by_fate["month_end"]
    customer.end_day = today.replace(day=1) - timedelta(days=1)
    customer.day = customer.end_day - timedelta(days=6)
    # two consultants have registered the same number
    [twin] = by_fate["twin"]
    twin.twin = next(customer for customer in reversed(opened) if customer.owner != twin.owner)
    twin.day, twin.registrar, twin.phone = today, twin.owner, twin.twin.phone
    twin.values.update(
        {name: twin.twin.values[name] for name in ("name", "contact_name", "salutation", "phone", "vehicle_model_id")})
    others = [customer for customer in opened if customer is not twin.twin]
    opened[:] = others
    for customer in some(20):
        customer.repeat_day = customer.day + timedelta(days=rng.randrange(2, 30))
    for customer in by_fate["won_again_lost"]:
        customer.repeat_day = customer.end_day + timedelta(days=rng.randrange(3, 30))
    for customer in some(10):
        customer.new_owner = rng.choice([user for user in CONSULTANTS if user != customer.owner])
    for customer in some(40):
        customer.forgotten = True
    for customer in some(80):
        customer.calls_today = True

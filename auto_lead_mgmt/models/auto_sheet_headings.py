"""What the columns of registration sheets are called. No database here: auto_sheet_columns.py matches a file."""
import re
import unicodedata

# Of each field of the card, the headings of its columns, the best first: where a file has several of them, one column
# fills the field. The earliest step of a lead is when the customer asked.
HEADINGS = {
    "inquiry_date": """
        登记时间 登记日期 咨询时间 咨询日期 询价时间 询价日期 线索创建时间 线索产生时间 线索生成时间 线索提交时间
        线索时间 线索日期 原始线索报名时间 原始线索创建时间 线索入库时间 客户来店时间 客户到店时间 留资时间 留资日期
        提交时间 提交日期 下单时间 下单日期 预约提交时间 报名时间 报名日期 留言时间 来电时间 来电日期 致电时间
        来店时间 来店日期 到店时间 到店日期 来访时间 来访日期 进店时间 进店日期 接待时间 接待日期 留档时间 留档日期
        建档时间 建档日期 建卡时间 建卡日期 获取时间 获客时间 首次留资时间 首次咨询时间 首次到店时间 首次来店时间
        首次接触时间 表单提交时间 创建时间 创建日期 生成时间 录入时间 录入日期 接收时间 收到时间 线索接收时间
        线索下发时间 下发时间 下发日期 线索推送时间 推送时间 派发时间 线索派发时间 线索分配时间 分配时间 分配日期
        日期 时间 inquirytime inquirydate enquirytime enquirydate registeredon registrationtime registrationdate
        leadtime leaddate leadcreatedtime leadcreated leadsubmittime submittime submittedat submittedon
        submissiontime submissiondate visittime visitdate createdtime createdat createdon createddate createtime
        creationdate dateadded receivedat receivedon receivedtime date time""",
    "contact_name": """
        客户姓名 客户名称 顾客姓名 顾客名称 潜客姓名 潜客名称 线索姓名 联系人姓名 用户姓名 购车人姓名 车主姓名
        预约人姓名 预约人 报名人 姓名 联系人 客户 顾客 购车人 用户名称 用户名 名字 用户昵称 昵称 客户名 客户全名
        访客姓名 访客名称 原始线索姓名 leadsname customername clientname contactname contactperson fullname yourname
        leadname prospectname username personname name customer contact client""",
    "salutation": "称谓 称呼 客户称谓 客户称呼 性别 客户性别 salutation gender sex title",
    "phone": """
        客户手机号码 客户手机号 客户手机 客户电话 客户联系电话 客户联系方式 顾客电话 潜客电话 联系人手机 联系人电话
        联系人手机号 手机号码 手机号 手机 移动电话 联系电话 联系手机 联系号码 联系方式 电话号码 电话 用户电话
        用户手机 用户手机号 用户手机号码 线索电话 访客手机号 访客电话 原始线索手机号 原始线索电话 leadstelephone
        预留电话 预约电话 本人电话 来电号码 主叫号码 真实号码 真实手机号 虚拟号 虚拟号码 隐私号 隐私号码 中间号 号码
        mobilephonenumber mobilephone mobilenumber mobileno mobile phonenumber phoneno contactphone contactnumber
        customerphone userphone telephonenumber telephone tel cellphonenumber cellphone cell cellnumber workphone
        phone""",
    "phone2": """
        备用电话 备用号码 备用手机 备用手机号 备用联系方式 备用联系电话 第二电话 第二联系电话 第二联系方式 电话备用
        手机备用 其他电话 其它电话 其他联系方式 其它联系方式 其他联系电话 电话2 电话二 电话号码2 联系电话2 联系电话二
        手机2 手机二 手机号2 手机号码2 联系方式2 联系方式二 家庭电话 固定电话 座机 原始线索座机号 原始线索座机 座机号
        办公电话 secondphone phone2 mobile2 otherphone alternatephone alternativephone secondaryphone homephone
        officephone landline""",
    "wechat": """
        微信号 微信 微信账号 微信id 微信号码 客户微信 客户微信号 用户微信 联系微信 加微微信号 wechatid wechat weixin
        wx wechataccount wechatnumber""",
    "email_from": """
        电子邮箱 电子邮件 邮箱 邮箱地址 邮件 邮件地址 客户邮箱 联系邮箱 用户邮箱 email emailaddress mail useremail
        customeremail workemail contactemail""",
    "medium_id": """
        渠道 客户渠道 来源渠道 线索渠道 渠道名称 媒体渠道 一级渠道 接触渠道 获客渠道 渠道来源 渠道类型 到店渠道
        来店渠道 来店方式 接触方式 channel leadchannel medium""",
    "source_id": """
        线索来源 客户来源 信息来源 来源 来源平台 来源媒体 来源网站 来源名称 线索平台 线索来源平台 二级渠道 媒体
        媒体来源 媒体名称 平台名称 平台来源 得知渠道 了解渠道 活动来源 获知途径 得知途径 了解途径 来店途径 信息渠道
        获知渠道 认知渠道 leadsource source customersource origin""",
    "vehicle_brand_id": """
        意向品牌 意向车品牌 咨询品牌 询价品牌 关注品牌 拟购品牌 目标品牌 预约品牌 品牌名称 品牌 vehiclebrand carbrand
        brandname brand vehiclemake carmake make""",
    "vehicle_model_id": """
        意向车系 咨询车系 询价车系 关注车系 拟购车系 目标车系 预约车系 车系名称 车系 vehicleseries carseries series
        | 意向车型 意向车辆 意向车 咨询车型 询价车型 关注车型 拟购车型 目标车型 预约车型 感兴趣车型 感兴趣的车型
        看中车型 需求车型 意向购买车型 购买车型 看车车型 预约试驾车型 车型名称 车型 interestedmodel modelofinterest
        vehicleofinterest vehiclemodel carmodel modelname preferredmodel model""",
    "intent_grade_id": """
        意向级别 意向等级 客户意向级别 客户意向等级 客户级别 客户等级 潜客级别 潜客等级 线索级别 线索等级 意向度
        意向程度 购车意向级别 购买意向级别 追踪级别 意向客户级别 habc 意向强度 跟进级别 级别 等级 hab级别 habc级别
        意向 intentgrade customergrade customerlevel leadgrade grade leadrating rating""",
    "focus_ids": """
        关注点 购车关注点 客户关注点 产品关注点 关注因素 关注重点 关注要点 关注内容 购车因素 购车关注因素
        购车考虑因素 考虑因素 看重因素 购买重点 购买因素 focuspoint focus concern keyconcern""",
    "industry_id": """
        行业 潜客行业 客户行业 所属行业 从事行业 行业类别 行业类型 所在行业 工作行业 industry trade sector""",
    "purchase_type": """
        购车类型 购车性质 购买类型 购买性质 购车类别 购车方案 首购换购 首购增购换购 首换增购 新购置换 purchasetype
        typeofpurchase buyertype""",
    "payment_method": """
        付款方式 支付方式 购车方式 购买方式 付款类型 结算方式 购车付款方式 拟付款方式 付款意向 全款贷款 paymentmethod
        payment methodofpayment paymenttype""",
    "budget": """
        预算 购车预算 预算金额 预算范围 预算区间 预算价格 客户预算 购买预算 购车预算范围 心理价位 意向价位 意向价格
        价格区间 budget budgetrange budgetamount pricerange""",
    "user_id": """
        销售顾问 归属顾问 负责顾问 跟进顾问 接待顾问 主责顾问 顾问姓名 销售顾问姓名 顾问 跟进人 跟进人员 当前跟进人
        归属人 归属销售 所属人 所属销售 所属顾问 负责人 线索负责人 线索所属人 线索拥有者 线索所有人 接待销售顾问
        接待业代 顾问名称 分配顾问 接待人 接待人员 接待销售 销售人员 销售员 销售姓名 销售 业务员 专属顾问
        salesconsultant consultant salesperson salesrep salesman owner leadowner assignedto assignee advisor""",
    "description": """
        备注 说明 备注信息 备注内容 备注说明 线索备注 客户备注 用户备注 跟进备注 留言 留言内容 客户留言 咨询内容
        客户需求 需求描述 需求备注 洽谈内容 沟通内容 接待记录 洽谈记录 跟进情况 跟进内容 情况说明 接待经过 需求点
        remark comment note message description
        | 意向车款 咨询车款 车款 车款名称 意向配置 配置 trim carversion""",
    "partner_name": """
        公司 单位 公司单位 单位名称 公司名称 企业名称 工作单位 所属公司 companyorganisation companyname company
        organisation organization""",
    "trade_in": """
        是否置换 置换 有无置换 置换意向 置换需求 是否有置换 是否二手车置换 二手车置换 是否以旧换新 以旧换新 tradein
        hastradein""",
    "current_vehicle": """
        现有车辆 现有车型 现用车型 现用车辆 在用车辆 在用车型 保有车型 保有车辆 在驾车型 现驾车型 现有车 旧车车型
        旧车 置换车型 置换车辆 原有车型 原车型 currentvehicle currentcar currentmodel existingvehicle tradeinvehicle""",
    "inquiry_ref": """
        线索id 线索编号 线索号 线索编码 线索单号 线索唯一标识 线索唯一id 原始线索id 唯一线索id 留资id 商机id 商机编号
        商机号 订单id 订单编号 订单号 询价单号 询价编号 leadid leadno leadnumber leadgenid leadreference orderid
        orderno ordernumber enquiryid inquiryid inquiryno inquirynumber clueid""",
    "city": """
        城市 市 所在城市 城市名称 所在市 客户城市 用户城市 上牌城市 购车城市 意向城市 省市 省份城市 所在地 所在地区 地区
        city usercity town""",
    "state_id": "省份 省 所在省份 客户省份 用户省份 province state",
}
# what a file calls the number of the lead, where nothing else says it
ID = "id"
# what Odoo calls the number of a record in a file that it has exported
EXPORTED = ("id", "externalid", "外部id", "外部标识", "外部标识符")
BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|<[^<>]*>|【[^【】]*】|〔[^〕]*〕|《[^》]*》")
# in brackets they say that the column is about somebody or something else
OTHER = re.compile(
    r"推荐|介绍|顾问|销售|家人|配偶|紧急|门店|经销商|下次|预计|预约|计划|回访|首付|月供|备用|refer|consultant|sales|dealer|store|"
    r"emergency|next|expected|planned|last|spouse")
# nobody writes longer headings
LONGEST = 250
NUMBERING = re.compile(r"^(?:\d{1,2}|[a-z])[.、)]")
REQUIRED = re.compile(r"(?:必填项?|选填项?|必须|required|optional)$")
# "万" in the heading of an amount
IN_TEN_THOUSANDS = re.compile(r"[(\[/:]\s*(?:单位[::]?)?\s*(?:rmb)?万")
# two columns that are one name
NAME_PARTS = ("firstname", "lastname", "givenname", "familyname", "surname", "forename")


def heading_keys(text):
    """Return the forms in which a heading is compared, the whole one first, then without what stands in brackets.

    Width, case, blanks, line breaks, signs, numbering, "required" and the plural make no difference.
    """
    text = NUMBERING.sub("", "".join(unicodedata.normalize("NFKC", str(text)[:LONGEST]).casefold().split()))
    plain = text
    while found := BRACKETED.search(plain):
        if OTHER.search(found[0]):
            plain = ""
        plain = BRACKETED.sub("", plain, count=1)
    return list(dict.fromkeys(key for key in (_letters(text), _letters(plain)) if key))


def _letters(text):
    text = REQUIRED.sub("", re.sub(r"[\W_]+", "", text))
    return text[:-1] if text.isascii() and len(text) > 3 and text.endswith("s") and not text.endswith("ss") else text


def unit(text):
    """Return by how much the amounts below a heading are multiplied: 10,000 below "预算（万元）"."""
    return 10_000 if IN_TEN_THOUSANDS.search(unicodedata.normalize("NFKC", str(text)[:LONGEST]).casefold()) else 1


def read_table(headings):
    """Return the table {key of a heading: (field name, rank, whether it is the second choice of the field)}.

    :param dict headings: as ``HEADINGS``
    """
    table = {}
    for name, text in headings.items():
        first, _bar, second = text.partition("|")
        for late, part in enumerate((first, second)):
            for rank, heading in enumerate(part.split()):
                for key in heading_keys(heading):
                    table.setdefault(key, (name, rank, bool(late)))
    return table

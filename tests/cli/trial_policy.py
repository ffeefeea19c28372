"""A small policy that fits any county."""

RULES = """
[policy]
name = "tiny"
title = "试验政策"
labels = { zh = "试验政策", en = "Trial policy" }
seats = ["junior", "nine_year", "primary"]

[[rule]]
use = "within_town"
clause = "一"
text = "学区不跨镇街。"
strength = "must"

[[rule]]
use = "contiguous"
clause = "二"
text = "学区成片相连。"
strength = "must"

[[rule]]
use = "one_district_per_town"
clause = "三"
text = "每个镇街设一个学区。"
strength = "must"

[[rule]]
use = "membership"
clause = "四"
text = "统筹管理辖区内中小学、幼儿园。"
strength = "must"

[[rule]]
use = "near_home"
clause = "五"
text = "就近。"
strength = "aim"
"""

"""优质均衡: the national assessment of quality and balance, from a county's tables."""

from districting.evaluate.balance.assess import Assessment, assess
from districting.evaluate.balance.standard import Standard, read_standard

__all__ = ["Assessment", "Standard", "assess", "read_standard"]

"""The rules of posts plans, one file each, and the words that profiles call them by."""

from districting.policy.posts.appraisal import Appraisal
from districting.policy.posts.base import PostsRule
from districting.policy.posts.deputy_pool import DeputyPool
from districting.policy.posts.deputy_stages import DeputyStages
from districting.policy.posts.director_pool import DirectorPool
from districting.policy.posts.district_heads import DistrictHeads
from districting.policy.posts.district_staff import DistrictStaff
from districting.policy.posts.head_pool import HeadPool
from districting.policy.posts.keep_holders import KeepHolders
from districting.policy.posts.manager_pool import ManagerPool
from districting.policy.posts.office_terms import OfficeTerms
from districting.policy.posts.one_office import OneOffice
from districting.policy.posts.party_secretary import PartySecretary
from districting.policy.posts.post_locks import PostLocks
from districting.policy.posts.rural_service import RuralService
from districting.policy.posts.standing import Standing
from districting.policy.posts.union_posts import UnionPosts

RULES: dict[str, type[PostsRule]] = {
    rule.name: rule
    for rule in (
        UnionPosts,
        DistrictHeads,
        DistrictStaff,
        HeadPool,
        DirectorPool,
        DeputyPool,
        DeputyStages,
        ManagerPool,
        PartySecretary,
        OneOffice,
        OfficeTerms,
        Appraisal,
        KeepHolders,
        Standing,
        RuralService,
        PostLocks,
    )
}
"""Rule classes by the name used in ``[[rule]] kind = "posts", use = …``."""

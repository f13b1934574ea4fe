"""Every operation that Lading serves of Pulp's API, called by the generated bindings, with data behind it.

What was created is read back field by field, each filter of each list is shown to take in and to leave out, and each
task ends in the state that it names. That nothing was forgotten is checked against the served OpenAPI document.
"""

import base64
import datetime
import json
import site
import sys
import unittest
import uuid
from pathlib import Path

import oci
from harness import PASSWORD, TOOLS, Server, remove, temp_folder, until
from registry import Registry

site.addsitedir(TOOLS.parent / f"pulp/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages")
from pulpcore.client import pulp_container, pulpcore

NOT_FILTERS = {"limit", "offset", "ordering", "fields", "exclude_fields"}
LONG_AGO, FAR_AHEAD = "2000-01-01T00:00:00Z", "2999-01-01T00:00:00Z"
NOBODY = str(uuid.UUID("00000000-0000-7000-8000-000000000000"))
# Which class of the bindings has an operation, by how its id begins. The longest that fits counts.
APIS = {
    "content_container_blobs": (pulp_container, "ContentBlobsApi"),
    "content_container_manifests": (pulp_container, "ContentManifestsApi"),
    "content_container_signatures": (pulp_container, "ContentSignaturesApi"),
    "content_container_tags": (pulp_container, "ContentTagsApi"),
    "distributions_container_container": (pulp_container, "DistributionsContainerApi"),
    "remotes_container_container": (pulp_container, "RemotesContainerApi"),
    "distributions_container_pull_through": (pulp_container, "DistributionsPullThroughApi"),
    "remotes_container_pull_through": (pulp_container, "RemotesPullThroughApi"),
    "repositories_container_container_push": (pulp_container, "RepositoriesContainerPushApi"),
    "repositories_container_container_versions": (pulp_container, "RepositoriesContainerVersionsApi"),
    "repositories_container_container": (pulp_container, "RepositoriesContainerApi"),
    "exporters_core_pulp_exports": (pulpcore, "ExportersPulpExportsApi"),
    "exporters_core_pulp": (pulpcore, "ExportersPulpApi"),
    "importers_core_pulp_imports": (pulpcore, "ImportersPulpImportsApi"),
    "importers_core_pulp": (pulpcore, "ImportersPulpApi"),
    "pulp_import_check": (pulpcore, "ImportersPulpImportCheckApi"),
    "task_groups": (pulpcore, "TaskGroupsApi"),
    "artifacts": (pulpcore, "ArtifactsApi"),
    "content": (pulpcore, "ContentApi"),
    "distributions": (pulpcore, "DistributionsApi"),
    "remotes": (pulpcore, "RemotesApi"),
    "repair": (pulpcore, "RepairApi"),
    "repositories": (pulpcore, "RepositoriesApi"),
    "repositories_reclaim_space": (pulpcore, "RepositoriesReclaimSpaceApi"),
    "repository_versions": (pulpcore, "RepositoryVersionsApi"),
    "orphans_cleanup": (pulpcore, "OrphansCleanupApi"),
    "orphans": (pulpcore, "OrphansApi"),
    "status": (pulpcore, "StatusApi"),
    "livez": (pulpcore, "LivezApi"),
    "tasks": (pulpcore, "TasksApi"),
    "users": (pulpcore, "UsersApi"),
    "users_roles": (pulpcore, "UsersRolesApi"),
    "groups": (pulpcore, "GroupsApi"),
    "groups_roles": (pulpcore, "GroupsRolesApi"),
    "groups_users": (pulpcore, "GroupsUsersApi"),
    "login": (pulpcore, "LoginApi"),
    "roles": (pulpcore, "RolesApi"),
    "access_policies": (pulpcore, "AccessPoliciesApi"),
    "pulp_container_namespaces": (pulp_container, "PulpContainerNamespacesApi"),
}
OURS = {
    f"repositories_container_container_{action}"
    for action in ("restore", "promote", "diff", "declare_image", "versions_partial_update")
}
OURS |= {f"robots_{action}" for action in ("list", "create", "read", "partial_update", "delete", "rotate")}
OURS |= {
    "remotes_container_pull_through_figures",
    "robots_secrets_delete",
    "audit_list",
    "bundle_key_read",
    "repositories_export",
    "repositories_import",
    "repositories_receipt",
    "tasks_log",
    "token_keys_list",
    "token_keys_rotate",
    "trusted_keys_list",
    "trusted_keys_create",
    "trusted_keys_delete",
}

# The file plugin has bindings of its own, in which its operations begin so; test_pulp_cli calls them by the command.
OTHERS = ("repositories_file_", "content_file_")


class Pulp:
    """The bindings of a server, by operation id. Remembers what was called."""

    def __init__(self, host):
        self.clients = {}
        self.login = {"Authorization": "Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode()}
        for module in (pulp_container, pulpcore):
            self.clients[module] = module.ApiClient(
                module.Configuration(host=f"http://{host}", username="admin", password=PASSWORD)
            )
        self.document = json.loads(Registry(host, None).request("GET", "/pulp/api/v3/docs/api.json").body)
        self.operations = {
            operation["operationId"]: operation
            for path in self.document["paths"].values()
            for operation in path.values()
        }
        self.called = set()

    def call(self, operation, *arguments, **parameters):
        self.called.add(operation)
        prefix = max((p for p in APIS if operation.startswith(p + "_")), key=len)
        module, name = APIS[prefix]
        api = getattr(module, name)(self.clients[module])
        short = operation[len(prefix) + 1 :]
        return getattr(api, short if hasattr(api, short) else operation)(*arguments, **parameters)

    def filters(self, operation):
        return [p["name"] for p in self.operations[operation]["parameters"] if p["in"] == "query"]

    def orders(self, operation):
        named = [p for p in self.operations[operation]["parameters"] if p["name"] == "ordering"]
        return named[0]["schema"]["items"]["enum"] if named else []

    def task(self, started, state="completed"):
        """The task that was started, once it has ended, as it must, in a state."""
        until(lambda: self.call("tasks_read", started.task).finished_at, 60, started.task)
        task = self.call("tasks_read", started.task)
        if task.state != state:
            raise AssertionError(f"{task.name} is {task.state}, not {state}: {task.error}")
        return task


class Bindings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.exports = temp_folder("bound-exports")
        cls.addClassCleanup(remove, cls.exports)
        cls.server = cls.enterClassContext(Server(f"--exports-folder={cls.exports}", f"--imports-folder={cls.exports}"))
        cls.registry = Registry(cls.server.host)
        cls.pulp = Pulp(cls.server.host)

    def call(self, operation, *arguments, **parameters):
        return self.pulp.call(operation, *arguments, **parameters)

    def require(self, entity, **expected):
        """Fields of an answer."""
        for field, value in expected.items():
            self.assertEqual(value, getattr(entity, field), field)

    def hrefs(self, operation, *arguments, **parameters):
        return [each.pulp_href for each in self.call(operation, *arguments, **parameters).results]

    def filter_all(self, operation, entity, cases, *arguments):
        """Shows of every filter of a list that it takes `entity` in and leaves it out.

        `cases`: by parameter, a value that takes it in, or None, and one that leaves it out, or None.
        """
        for name in self.pulp.filters(operation):
            if name in NOT_FILTERS or name in arguments:
                continue
            inside, outside = cases[name] if name in cases else self.usual(name, entity)
            with self.subTest(operation=operation, filter=name):
                if inside is not None:
                    self.assertIn(entity.pulp_href, self.hrefs(operation, *arguments, **{name: inside}, limit=1000))
                if outside is not None:
                    self.assertNotIn(entity.pulp_href, self.hrefs(operation, *arguments, **{name: outside}, limit=1000))
        for order in self.pulp.orders(operation):
            with self.subTest(operation=operation, ordering=order):
                self.call(operation, *arguments, ordering=[order])
        with self.subTest(operation=operation, filter="fields"):
            self.assertTrue(self.call(operation, *arguments, limit=1, offset=0).count >= 1)

    def usual(self, name, entity):
        """Values for the filters that many lists have."""
        field, _, lookup = name.rpartition("__")
        field = field or name
        value = getattr(entity, {"pulp_id": "pulp_href"}.get(field, field), None)
        if name == "pulp_id__in":
            return [entity.pulp_href.rstrip("/").rsplit("/", 1)[1]], [NOBODY]
        if name == "pulp_href__in":
            return [value], ["/pulp/api/v3/nothing/"]
        if name == "prn__in":
            return [value], ["prn:core.task:" + NOBODY]
        if name == "q":
            return f'prn__in="{entity.prn}"', f'NOT prn__in="{entity.prn}"'
        if name == "pulp_type":
            return "container.container", None
        if name == "pulp_type__in":
            return ["container.container"], None
        if name == "pulp_label_select":
            return "binding=yes", "binding=no"
        if isinstance(value, datetime.datetime):
            return {
                name: (None, LONG_AGO),
                f"{field}__gt": (LONG_AGO, FAR_AHEAD),
                f"{field}__gte": (LONG_AGO, FAR_AHEAD),
                f"{field}__lt": (FAR_AHEAD, LONG_AGO),
                f"{field}__lte": (FAR_AHEAD, LONG_AGO),
                f"{field}__range": ([LONG_AGO, FAR_AHEAD], [FAR_AHEAD, FAR_AHEAD]),
                f"{field}__isnull": (False, True),
            }[name]
        if isinstance(value, bool):
            return value, not value
        if isinstance(value, int):
            return {
                "gt": (value - 1, value),
                "gte": (value, value + 1),
                "lt": (value + 1, value),
                "lte": (value, value - 1),
                "ne": (value + 1, value),
                "range": ([value, value], [value + 1, value + 2]),
                "isnull": (False, True),
            }.get(lookup if name != field else "", (value, value + 1))
        if isinstance(value, str):
            return {
                "in": ([value, "x"], ["x"]),
                "ne": ("x", value),
                "contains": (value[1:-1], value.upper()),
                "icontains": (value.upper(), "nothing"),
                "iexact": (value.upper(), "nothing"),
                "startswith": (value[:3], value[:3].upper()),
                "istartswith": (value[:3].upper(), "nothing"),
                "regex": (f"^{value[:2]}.*", "^nothing"),
                "iregex": (f"^{value[:2].upper()}.*", "^nothing"),
            }.get(lookup if name != field else "", (value, "nothing"))
        raise AssertionError(f"no values to try {name} with")


class EveryOperationTest(Bindings):
    def test_every_operation(self):
        self.status()
        remote = self.remotes()
        repository = self.repositories(remote)
        distribution = self.distributions(repository)
        self.pull_through()
        self.pushes()
        self.accounts(remote, repository, distribution)
        self.versions(repository)
        self.content(repository)
        self.actions(repository)
        self.sync()
        self.builds(repository.pulp_href)
        self.artifacts()
        self.exporters(repository.pulp_href)
        self.tasks(repository)
        self.deletions(remote, repository, distribution)
        served = {operation for operation in self.pulp.operations if not operation.startswith(OTHERS)}
        self.assertEqual(served - OURS, self.pulp.called)

    def status(self):
        # The bindings send no credentials here, for Pulp wants none; ours tells nobody what it runs on.
        with self.assertRaises(pulpcore.ApiException) as refused:
            self.call("status_read")
        self.assertEqual(401, refused.exception.status)
        status = self.call("status_read", _headers=self.pulp.login)
        self.assertEqual({"core", "container", "file"}, {version.component for version in status.versions})
        self.assertTrue(status.database_connection.connected)
        self.assertGreater(status.storage.total, status.storage.free)
        self.assertTrue(status.online_workers)
        self.call("livez_read")

    def remotes(self):
        fields = {
            "name": "upstream", "url": "https://registry.test", "upstream_name": "library/app", "policy": "streamed",
            "pulp_labels": {"binding": "yes"}, "tls_validation": False, "proxy_url": "http://proxy.test:3128",
            "max_retries": 2, "total_timeout": 1.5, "connect_timeout": 2.5, "sock_connect_timeout": 3.5,
            "sock_read_timeout": 4.5, "download_concurrency": 6, "rate_limit": 7,
            "includes": ["v*"], "excludes": ["*-rc"],
        }  # fmt: skip
        secrets = {"username": "u", "password": "p", "proxy_username": "pu", "proxy_password": "pp", "client_key": "k"}
        secrets["headers"] = [{"X-A": "b"}]
        created = self.call("remotes_container_container_create", {**fields, **secrets})
        read = self.call("remotes_container_container_read", created.pulp_href)
        self.require(read, **fields)
        self.assertEqual(
            {(name, True) for name in secrets}, {(hidden.name, hidden.is_set) for hidden in read.hidden_fields}
        )
        self.call("remotes_container_container_partial_update", created.pulp_href, {"rate_limit": 8, "password": "q"})
        whole = {"name": "upstream", "url": "https://other.test", "upstream_name": "library/app", "policy": "streamed"}
        with self.assertRaises(pulp_container.ApiException) as refused:
            self.call("remotes_container_container_update", created.pulp_href, whole)
        self.assertEqual({"username", "password", "client_key", "headers"}, set(json.loads(refused.exception.body)))
        again = {name: secrets[name] for name in json.loads(refused.exception.body)}
        self.call("remotes_container_container_update", created.pulp_href, {**whole, **again})
        changed = self.call("remotes_container_container_read", created.pulp_href)
        self.require(changed, rate_limit=8, url="https://other.test", max_retries=2)
        self.labels("remotes_container_container", created)
        self.filter_all("remotes_container_container_list", changed, {})
        self.filter_all("remotes_list", changed, {})
        return changed

    def labels(self, prefix, entity):
        self.call(f"{prefix}_set_label", entity.pulp_href, {"key": "one", "value": "1"})
        self.assertEqual("1", self.call(f"{prefix}_read", entity.pulp_href).pulp_labels["one"])
        self.call(f"{prefix}_unset_label", entity.pulp_href, {"key": "one"})
        self.assertNotIn("one", self.call(f"{prefix}_read", entity.pulp_href).pulp_labels)

    def repositories(self, remote):
        fields = {
            "name": "application", "description": "all of it", "retain_repo_versions": 50, "remote": remote.pulp_href,
            "pulp_labels": {"binding": "yes"},
        }  # fmt: skip
        created = self.call("repositories_container_container_create", fields)
        read = self.call("repositories_container_container_read", created.pulp_href)
        self.require(read, **fields)
        self.call("repositories_container_container_partial_update", created.pulp_href, {"description": None})
        self.call(
            "repositories_container_container_update", created.pulp_href, {"name": "application", "description": "b"}
        )
        self.require(self.call("repositories_container_container_read", created.pulp_href), description="b")
        self.labels("repositories_container_container", created)
        self.assertEqual(0, self.call("repositories_container_container_push_list").count)
        return created

    def distributions(self, repository):
        fields = {
            "name": "application", "base_path": "team/application", "repository": repository.pulp_href,
            "pulp_labels": {"binding": "yes"}, "description": "d", "hidden": True, "private": False,
        }  # fmt: skip
        task = self.pulp.task(self.call("distributions_container_container_create", fields))
        read = self.call("distributions_container_container_read", task.created_resources[0])
        self.require(read, **fields, registry_path=f"{self.server.host}/team/application")
        self.call("distributions_container_container_partial_update", read.pulp_href, {"description": "e"})
        self.call(
            "distributions_container_container_update",
            read.pulp_href,
            {"name": "application", "base_path": "team/application"},
        )
        self.require(self.call("distributions_container_container_read", read.pulp_href), description="e")
        self.labels("distributions_container_container", read)
        return read

    def pull_through(self):
        fields = {
            "name": "hub", "url": "http://127.0.0.1:9", "includes": ["library/*"], "excludes": ["*/secret"],
            "pulp_labels": {"binding": "yes"}, "rate_limit": 7,
        }  # fmt: skip
        prefix = "remotes_container_pull_through"
        created = self.call(f"{prefix}_create", {**fields, "username": "u", "password": "p"})
        remote = self.call(f"{prefix}_read", created.pulp_href)
        self.require(remote, **fields, policy="on_demand")
        self.call(f"{prefix}_partial_update", remote.pulp_href, {"rate_limit": 8})
        self.call(f"{prefix}_update", remote.pulp_href, {"name": "hub", "url": "http://127.0.0.1:9"})
        self.labels(prefix, remote)
        self.filter_all(f"{prefix}_list", self.call(f"{prefix}_read", remote.pulp_href), {})
        fields = {
            "name": "hub", "base_path": "hub", "remote": remote.pulp_href, "private": True, "description": "d",
            "pulp_labels": {"binding": "yes"},
        }  # fmt: skip
        prefix = "distributions_container_pull_through"
        task = self.pulp.task(self.call(f"{prefix}_create", fields))
        through = self.call(f"{prefix}_read", task.created_resources[0])
        self.require(through, **fields, distributions=[])
        self.call(f"{prefix}_partial_update", through.pulp_href, {"description": "e"})
        self.call(f"{prefix}_update", through.pulp_href, {key: fields[key] for key in ("name", "base_path", "remote")})
        self.labels(prefix, through)
        nothing = dict.fromkeys(("with_content", "repository", "repository__in"), (None, None))
        nothing["checkpoint"] = (False, True)
        self.filter_all(f"{prefix}_list", self.call(f"{prefix}_read", through.pulp_href), nothing)
        self.through = through, remote

    def pushes(self):
        self.first = oci.raw_image([b"the first layer"], annotations={"by": "test"})
        self.second = oci.raw_image([b"the second layer"])
        self.registry.push("team/application", "v1", self.first)
        self.registry.push("team/application", "v1", self.second)
        self.registry.push("team/application", "v2", self.second)

    def accounts(self, remote, repository, distribution):
        fields = {
            "username": "binding", "first_name": "Ann", "last_name": "Author", "email": "ann@example.test",
            "is_staff": False, "is_active": True,
        }  # fmt: skip
        user = self.call("users_create", {**fields, "password": "battery staple"})
        self.require(self.call("users_read", user.pulp_href), **fields, id=user.id, groups=[])
        # The bindings take no number for an id here, and Pulp's users have no other.
        self.filter_all("users_list", user, {"pulp_id__in": (None, [NOBODY])})
        self.call("users_partial_update", user.pulp_href, {"first_name": "Anna"})
        changed = self.call("users_update", user.pulp_href, {"username": "binding", "password": "another staple"})
        self.require(changed, first_name="Anna", email="ann@example.test")
        namespace = self.call("pulp_container_namespaces_create", {"name": "bindings"})
        self.require(self.call("pulp_container_namespaces_read", namespace.pulp_href), name="bindings")
        self.filter_all("pulp_container_namespaces_list", namespace, {})
        consumer = "container.containerdistribution_consumer"
        self.roles(consumer, distribution, namespace)
        given = self.call(
            "users_roles_create", user.pulp_href, {"role": consumer, "content_object": distribution.pulp_href}
        )
        self.require(given, role=consumer, content_object=distribution.pulp_href)
        self.require(self.call("users_roles_read", given.pulp_href), permissions=given.permissions)
        self.filter_all("users_roles_list", given, {"domain": (None, "x")}, user.pulp_href)
        self.call("users_roles_delete", given.pulp_href)
        self.shared("distributions_container_container", distribution, consumer)
        self.shared("pulp_container_namespaces", namespace, "container.containernamespace_owner")
        self.shared("repositories_container_container", repository, "container.containerrepository_viewer")
        self.shared("remotes_container_container", remote, "container.containerremote_viewer")
        for prefix, role, thing in zip(
            ("distributions_container_pull_through", "remotes_container_pull_through"),
            ("containerpullthroughdistribution_consumer", "containerpullthroughremote_viewer"),
            self.through,
            strict=True,
        ):
            self.shared(prefix, thing, f"container.{role}")
        self.groups(consumer, distribution)
        self.call("users_delete", user.pulp_href)
        self.pulp.task(self.call("pulp_container_namespaces_delete", namespace.pulp_href))
        self.refused(404, "pulp_container_namespaces_read", namespace.pulp_href)

    def groups(self, consumer, distribution):
        group = self.call("groups_create", {"name": "bindings"})
        self.require(self.call("groups_read", group.pulp_href), name="bindings", id=group.id)
        # As for users, the bindings take no number for an id.
        cases = {"pulp_id__in": (None, [NOBODY]), "id": (group.id, 7), "id__in": ([group.id], [7])}
        self.filter_all("groups_list", group, cases)
        self.call("groups_users_create", group.pulp_href, {"username": "binding"})
        [member] = self.call("groups_users_list", group.pulp_href).results
        self.require(member, username="binding")
        [listed] = self.call("users_list", username="binding").results
        self.assertEqual(["bindings"], [each.name for each in listed.groups])
        given = self.call(
            "groups_roles_create", group.pulp_href, {"role": consumer, "content_object": distribution.pulp_href}
        )
        self.require(self.call("groups_roles_read", given.pulp_href), role=consumer)
        self.filter_all("groups_roles_list", given, {"domain": (None, "x")}, group.pulp_href)
        self.call("groups_roles_delete", given.pulp_href)
        self.shared("groups", group, "core.group_viewer")
        self.require(self.call("groups_partial_update", group.pulp_href, {"name": "others"}), name="others")
        self.require(self.call("groups_update", group.pulp_href, {"name": "bindings"}), name="bindings")
        self.call("groups_users_delete", member.pulp_href)
        self.call("groups_delete", group.pulp_href)
        self.refused(404, "groups_read", group.pulp_href)
        self.require(self.call("login_read"), username="admin")
        # The administrator is no user, and has a password of the deployment's.
        self.refused(403, "login_update", {"new_password": "another staple"})

    def roles(self, name, distribution, namespace):
        role = self.call("roles_list", name=name).results[0]
        self.require(self.call("roles_read", role.pulp_href), name=name, locked=True)
        cases = {
            "contains_permission": (["container.pull_containerdistribution"], ["container.add_containernamespace"]),
            "for_object_type": (distribution.pulp_href, namespace.pulp_href),
        }
        self.filter_all("roles_list", role, cases)
        fields = {"name": "own", "description": "looks", "permissions": ["container.view_containerrepository"]}
        own = self.call("roles_create", fields)
        self.require(self.call("roles_read", own.pulp_href), **fields, locked=False)
        changed = self.call("roles_partial_update", own.pulp_href, {"description": "pulls"})
        self.require(changed, description="pulls", permissions=fields["permissions"])
        self.require(self.call("roles_update", own.pulp_href, fields), description="looks")
        self.call("roles_delete", own.pulp_href)
        self.refused(404, "roles_read", own.pulp_href)

        viewset = "repositories/container/container"
        policy = self.call("access_policies_list", viewset_name=viewset).results[0]
        self.require(self.call("access_policies_read", policy.pulp_href), viewset_name=viewset, customized=False)
        self.filter_all("access_policies_list", policy, {})

    def shared(self, prefix, entity, role):
        body = {"role": role, "users": ["binding"]}
        self.call(f"{prefix}_add_role", entity.pulp_href, body)
        [given] = self.call(f"{prefix}_list_roles", entity.pulp_href).roles
        self.require(given, role=role, users=["binding"])
        self.call(f"{prefix}_remove_role", entity.pulp_href, body)
        self.assertEqual([], self.call(f"{prefix}_list_roles", entity.pulp_href).roles)
        # The administrator has every permission of its kind.
        plugin, kind = role.split("_")[0].split(".")
        self.assertIn(f"{plugin}.view_{kind}", self.call(f"{prefix}_my_permissions", entity.pulp_href).permissions)

    def versions(self, repository):
        href = repository.pulp_href
        versions = self.call("repositories_container_container_versions_list", href)
        self.assertEqual([3, 2, 1, 0], [version.number for version in versions.results])
        version = self.call("repositories_container_container_versions_read", f"{href}versions/1/")
        self.require(version, number=1, repository=href)
        summary = version.content_summary
        self.assertEqual(1, summary.added["container.tag"]["count"])
        self.assertEqual({}, summary.removed)
        tag = self.hrefs("content_container_tags_list", repository_version=version.pulp_href)[0]
        other = self.hrefs("content_container_tags_list", name="v2")[0]
        cases = {"content": (tag, other), "content__in": ([tag, other], [other])}
        self.filter_all("repositories_container_container_versions_list", version, cases, href)
        self.filter_all("repository_versions_list", version, cases)
        elsewhere = self.call("repositories_container_container_create", {"name": "empty"})
        cases = {
            "with_content": (tag, None), "latest_with_content": (other, tag), "remote": (repository.remote, "null"),
            "retain_checkpoints": (None, 1), "retain_checkpoints__ne": (1, None),
            "retain_checkpoints__isnull": (True, False), "retain_checkpoints__range": (None, [0, 9]),
            "retain_checkpoints__gt": (None, 0), "retain_checkpoints__gte": (None, 0),
            "retain_checkpoints__lt": (None, 9), "retain_checkpoints__lte": (None, 9),
        }  # fmt: skip
        shown = self.call("repositories_container_container_read", href)
        self.filter_all("repositories_container_container_list", shown, cases)
        self.filter_all("repositories_list", shown, cases)
        self.assertNotIn(elsewhere.pulp_href, self.hrefs("repositories_container_container_list", with_content=tag))
        served = self.call("distributions_container_container_list", name="application").results[0]
        cases = {
            "with_content": (other, tag), "checkpoint": (False, True), "namespace__name": ("team", "application"),
            "repository": (href, elsewhere.pulp_href), "repository__in": ([href], [elsewhere.pulp_href]),
        }  # fmt: skip
        self.filter_all("distributions_container_container_list", served, cases)
        self.filter_all("distributions_list", served, cases)

    def content(self, repository):
        first, second = (oci.sha256(image.manifest) for image in (self.first, self.second))
        v1, v2 = (f"{repository.pulp_href}versions/{number}/" for number in (1, 2))
        member = {
            "repository_version": (v1, v2),
            "repository_version_added": (v1, v2), "repository_version_removed": (v2, v1),
            "added_between": ([f"{repository.pulp_href}versions/0/", v1], [v1, v2]),
            "removed_between": ([v1, v2], [f"{repository.pulp_href}versions/0/", v1]), "orphaned_for": (None, 0.0),
        }  # fmt: skip
        tag = self.call("content_container_tags_list", repository_version=v1).results[0]
        manifest = self.call("content_container_manifests_list", digest=first).results[0]
        blob = self.call("content_container_blobs_list", digest=oci.sha256(b"the first layer")).results[0]
        self.require(
            self.call("content_container_tags_read", tag.pulp_href), name="v1", tagged_manifest=manifest.pulp_href
        )
        read = self.call("content_container_manifests_read", manifest.pulp_href)
        self.require(read, digest=first, media_type=oci.MANIFEST, schema_version=2, blobs=[blob.pulp_href])
        self.assertEqual({"by": "test"}, read.annotations)
        self.require(self.call("content_container_blobs_read", blob.pulp_href), digest=oci.sha256(b"the first layer"))
        for kind, unit in (("tags", tag), ("manifests", manifest), ("blobs", blob)):
            self.labels(f"content_container_{kind}", unit)
            self.call(f"content_container_{kind}_set_label", unit.pulp_href, {"key": "binding", "value": "yes"})
        moved = {**member, "media_type": ([oci.MANIFEST], [oci.INDEX])}
        self.filter_all("content_container_tags_list", tag, {**moved, "digest": ([first], [second])})
        # The first manifest and its layer stay in every version.
        stays = {**moved, "repository_version": (v1, f"{repository.pulp_href}versions/0/")}
        stays |= {"repository_version_removed": (None, v2), "removed_between": (None, [v1, v2])}
        stays |= {"is_bootable": (False, True), "is_flatpak": (False, True)}
        self.filter_all("content_container_manifests_list", read, stays)
        self.filter_all("content_container_blobs_list", blob, stays)
        types = {
            "pulp_type": ("container.tag", "container.blob"),
            "pulp_type__in": (["container.tag"], ["container.blob"]),
        }
        self.filter_all("content_list", tag, {**member, **types})
        self.assertEqual(0, self.call("content_container_signatures_list", name__contains="x", manifest=["y"]).count)
        signature = f"/pulp/api/v3/content/container/signatures/{NOBODY}/"
        self.refused(404, "content_container_signatures_read", signature)
        self.refused(404, "content_container_signatures_set_label", signature, {"key": "a", "value": "b"})
        self.refused(404, "content_container_signatures_unset_label", signature, {"key": "a"})
        self.manifest, self.tag = read, tag

    def refused(self, status, operation, *arguments, **parameters):
        errors = (pulp_container.ApiException, pulpcore.ApiException)
        with self.assertRaises(errors) as refusal:
            self.call(operation, *arguments, **parameters)
        self.assertEqual(status, refusal.exception.status)
        return json.loads(refusal.exception.body)

    def actions(self, repository):
        first, second = (oci.sha256(image.manifest) for image in (self.first, self.second))
        href, path = repository.pulp_href, "repositories_container_container"
        task = self.pulp.task(self.call(f"{path}_tag", href, {"tag": "old", "digest": first}))
        self.assertEqual([f"{href}versions/4/"], task.created_resources)
        self.assertEqual(first, self.registry.digest("team/application", "old"))
        self.pulp.task(self.call(f"{path}_untag", href, {"tag": "old"}))
        self.assertNotIn("old", self.registry.tags("team/application"))
        self.assertIn("digest", self.refused(400, f"{path}_tag", href, {"tag": "x", "digest": "sha256:" + "0" * 64}))

        target = self.call(f"{path}_create", {"name": "copies"}).pulp_href
        served = {"name": "copies", "base_path": "team/copies", "repository": target}
        self.pulp.task(self.call("distributions_container_container_create", served))
        copy = {"source_repository": href, "names": ["v2"]}
        self.pulp.task(self.call(f"{path}_copy_tags", target, copy))
        self.assertEqual(["v2"], self.registry.tags("team/copies"))
        self.registry.require_whole("team/copies", "v2")
        copy = {"source_repository_version": f"{href}versions/1/", "digests": [first], "media_types": [oci.MANIFEST]}
        self.pulp.task(self.call(f"{path}_copy_manifests", target, copy))
        self.registry.require_whole("team/copies", first)
        self.pulp.task(self.call(f"{path}_remove", target, {"content_units": [self.manifest.pulp_href]}))
        self.registry.expect(404, "GET", f"/v2/team/copies/manifests/{first}")
        self.pulp.task(self.call(f"{path}_add", target, {"content_units": [self.tag.pulp_href]}))
        self.assertEqual(first, self.registry.digest("team/copies", "v1"))
        self.pulp.task(self.call(f"{path}_remove", target, {"content_units": ["*"]}))
        self.assertEqual([], self.registry.tags("team/copies"))

        repaired = self.pulp.task(
            self.call(f"{path}_versions_repair", f"{href}versions/1/", {"verify_checksums": True})
        )
        self.assertTrue(repaired.progress_reports)
        self.pulp.task(self.call(f"{path}_versions_delete", f"{href}versions/4/"))
        self.refused(404, f"{path}_versions_read", f"{href}versions/4/")
        self.assertEqual(second, self.registry.digest("team/application", "v1"))

    def sync(self):
        """From a repository of this very server."""
        upstream = {"name": "self", "url": f"http://{self.server.host}", "upstream_name": "team/application"}
        remote = self.call("remotes_container_container_create", {**upstream, "policy": "immediate"}).pulp_href
        mirror = self.call("repositories_container_container_create", {"name": "mirror"}).pulp_href
        body = {"remote": remote, "mirror": True}
        task = self.pulp.task(self.call("repositories_container_container_sync", mirror, body))
        self.assertEqual([f"{mirror}versions/1/"], task.created_resources)
        tags = self.call("content_container_tags_list", repository_version=f"{mirror}versions/1/").results
        self.assertEqual({"v1", "v2"}, {tag.name for tag in tags})
        self.pulp.task(self.call("repositories_reclaim_space_reclaim", {"repo_hrefs": [mirror]}))

    def exporters(self, repository):
        fields = {"name": "bound", "path": f"{self.exports}/bound", "repositories": [repository]}
        href = self.call("exporters_core_pulp_create", fields).pulp_href
        self.require(self.call("exporters_core_pulp_read", href), **fields)
        self.pulp.task(self.call("exporters_core_pulp_partial_update", href, {"name": "bound-2"}))
        self.pulp.task(self.call("exporters_core_pulp_update", href, fields))
        self.assertEqual(
            [href], [each.pulp_href for each in self.call("exporters_core_pulp_list", name="bound").results]
        )
        task = self.pulp.task(self.call("exporters_core_pulp_exports_create", href, {"full": True}))
        [made] = task.created_resources
        export = self.call("exporters_core_pulp_exports_read", made)
        self.require(export, task=task.pulp_href)
        [file] = export.output_file_info
        self.assertTrue(Path(file).is_file())
        self.importers(repository, file)
        listed = self.call("exporters_core_pulp_exports_list", href).results
        self.assertEqual([made], [each.pulp_href for each in listed])
        self.call("exporters_core_pulp_exports_delete", made)
        self.pulp.task(self.call("exporters_core_pulp_delete", href))

    def importers(self, repository, file):
        key = self.registry.call(200, "GET", "bundle_key/")["public_key"]
        self.registry.call(201, "POST", "trusted_keys/", public_key=key)
        name = self.call("repositories_container_container_read", repository).name
        fields = {"name": "bound", "repo_mapping": {name: "bound/copy"}}
        href = self.call("importers_core_pulp_create", fields).pulp_href
        self.require(self.call("importers_core_pulp_read", href), **fields)
        self.call("importers_core_pulp_partial_update", href, {"name": "bound-2"})
        self.require(self.call("importers_core_pulp_update", href, fields), **fields)
        self.assertEqual([href], self.hrefs("importers_core_pulp_list", name="bound"))
        checked = self.call("pulp_import_check_post", {"path": file, "repo_mapping": json.dumps({name: "bound/copy"})})
        self.require(checked.path, context=file, is_valid=True, messages=[])
        self.assertTrue(checked.repo_mapping.is_valid)
        started = self.call("importers_core_pulp_imports_create", href, {"path": file, "create_repositories": True})
        group = started.task_group
        until(lambda: self.call("task_groups_read", group).completed, 60, group)
        [task] = self.call("task_groups_read", group).tasks
        self.assertIn(group, self.hrefs("task_groups_list"))
        [made] = self.hrefs("importers_core_pulp_imports_list", href)
        imported = self.call("importers_core_pulp_imports_read", made)
        self.require(imported, task=task.pulp_href, params={"path": file, "create_repositories": True})
        with self.assertRaises(pulpcore.ApiException) as refused:
            self.call("task_groups_cancel", group, {"state": "canceled"})
        self.assertEqual(409, refused.exception.status)
        self.call("importers_core_pulp_imports_delete", made)
        self.call("importers_core_pulp_delete", href)
        [copy] = self.hrefs("repositories_container_container_list", name="bound/copy")
        self.pulp.task(self.call("repositories_container_container_delete", copy))

    def builds(self, repository):
        """Whether this machine builds or not: test_build_image is where it must."""
        containerfile = ("Containerfile", b"FROM scratch\nLABEL a=b\n")
        try:
            started = self.call(
                "repositories_container_container_build_image", repository, containerfile=containerfile, tag="built"
            )
        except pulp_container.ApiException as refused:
            self.assertEqual(501, refused.status)
        else:
            [made] = self.pulp.task(started).created_resources
            self.assertTrue(made.startswith(f"{repository}versions/"))

    def artifacts(self):
        artifact = self.call("artifacts_list", limit=1).results[0]
        self.require(self.call("artifacts_read", artifact.pulp_href), sha256=artifact.sha256, md5=None)
        prn = "prn:core.artifact:" + NOBODY
        version = "/pulp/api/v3/repositories/container/container/" + NOBODY + "/versions/1/"
        self.refused(400, "artifacts_list", repository_version=version)
        for name, value in {
            "sha256": artifact.sha256, "pulp_href__in": [artifact.pulp_href], "prn__in": [artifact.prn],
            "pulp_id__in": [artifact.prn.rpartition(":")[2]], "q": f'prn__in="{artifact.prn}"',
        }.items():  # fmt: skip
            self.assertEqual(1, self.call("artifacts_list", **{name: value}).count)
        nothing = {"md5": "x", "sha1": "x", "sha224": "x", "sha384": "x", "sha512": "x", "prn__in": [prn]}
        for name, value in nothing.items():
            self.assertEqual(0, self.call("artifacts_list", **{name: value}).count)
        self.call("artifacts_list", orphaned_for=0)

    def tasks(self, repository):
        tagged = self.call(
            "tasks_list", name__contains="tag_image", created_resources=f"{repository.pulp_href}versions/3/"
        )
        self.assertEqual(0, tagged.count)
        task = self.call("tasks_list", name="lading.copy_tags").results[0]
        self.require(task, state="completed", error=None, child_tasks=[], parent_task=None)
        prn = task.reserved_resources_record[0]
        shared = task.reserved_resources_record[1].removeprefix("shared:")
        other = "prn:core.task:" + NOBODY
        made, nothing = task.created_resources[0], f"{repository.pulp_href}versions/999/"
        cases = {
            "created_resources": (made, nothing),
            "reserved_resources": (prn, other), "reserved_resources__in": ([prn], [other]),
            "exclusive_resources": (prn, shared), "exclusive_resources__in": ([prn], [shared]),
            "shared_resources": (shared, prn), "shared_resources__in": ([shared], [prn]), "worker": (None, "x"),
            "parent_task": (None, "x"), "child_tasks": (None, "x"), "task_group": (None, "x"),
            "state": ("completed", "failed"),
            "logging_cid": (task.logging_cid, "x"), "logging_cid__contains": (task.logging_cid[3:9], "x"),
        }  # fmt: skip
        self.filter_all("tasks_list", task, cases)
        self.refused(409, "tasks_cancel", task.pulp_href, {"state": "canceled"})
        self.call("tasks_delete", task.pulp_href)
        self.refused(404, "tasks_read", task.pulp_href)
        self.pulp.task(self.call("orphans_cleanup_cleanup", {"orphan_protection_time": 0}))
        self.pulp.task(self.call("orphans_delete"))
        self.pulp.task(self.call("repair_post", {"verify_checksums": False}))
        self.registry.require_whole("team/application", "v1")
        purge = {"finished_before": FAR_AHEAD, "states": ["completed"]}
        purged = self.pulp.task(self.call("tasks_purge", purge))
        self.assertEqual([purged.pulp_href], self.hrefs("tasks_list"))

    def deletions(self, remote, repository, distribution):
        self.pulp.task(self.call("distributions_container_container_delete", distribution.pulp_href))
        self.refused(404, "distributions_container_container_read", distribution.pulp_href)
        self.pulp.task(self.call("remotes_container_container_delete", remote.pulp_href))
        for prefix, thing in zip(("distributions", "remotes"), self.through, strict=True):
            self.pulp.task(self.call(f"{prefix}_container_pull_through_delete", thing.pulp_href))
            self.refused(404, f"{prefix}_container_pull_through_read", thing.pulp_href)
        self.refused(404, "remotes_container_container_read", remote.pulp_href)
        self.assertIsNone(self.call("repositories_container_container_read", repository.pulp_href).remote)
        self.pulp.task(self.call("repositories_container_container_delete", repository.pulp_href))
        self.refused(404, "repositories_container_container_read", repository.pulp_href)


if __name__ == "__main__":
    unittest.main()

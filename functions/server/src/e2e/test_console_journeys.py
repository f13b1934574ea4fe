"""The console as those go through it who change something: promotions, mirrors, distributions, people and programs."""

import re
import unittest

from journeys import GONE, Changing, journey, stand_in
from playwright.sync_api import expect
from registry import Registry

SECRET = "battery staple"


class ChangingTest(Changing):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.upstream = stand_in(cls)
        cls.example.shop()

    @journey(core=True)
    def test_a_version_is_promoted_after_its_changes_were_shown_and_the_promotion_undone(self, visit):
        stage = f"stage/{self.way}"
        self.registry.push(stage, "latest", self.example.old)
        self.registry.push(stage, "gone", self.example.old)
        self.log_in(visit)
        visit.go(f"{self.example.page('shop/web')}versions/{self.example.after}/")
        visit.click("link", "Promote it to another repository…")
        visit.fill("Name begins with", "stage/")
        visit.click("button", "Show")
        self.rest(visit, stage)
        visit.click("link", f"see what changes in {stage}")
        self.rest(visit, f"Promote version {self.example.after} of shop/web to it")
        for tag, change in (("1.5.0", "+ added"), ("gone", GONE), ("latest", "→ moved")):
            self.assertIn(change, self.row(visit, tag))
        self.assertEqual(["gone", "latest"], sorted(self.registry.tags(stage)))
        visit.fill("Note", "for the fair")
        visit.click("button", "Promote", exact=True)
        self.done(visit, "is there")
        self.assertEqual(["1.4.0", "1.5.0", "edge", "latest"], sorted(self.registry.tags(stage)))
        self.rest(visit)
        visit.click("link", "See what it changed")
        self.rest(visit, "Promoted by the administrator", "for the fair")
        visit.click("link", "Undo: back to version")
        self.assertIn("→ moved", self.row(visit, "latest"))
        visit.click("button", "Roll back")
        self.done(visit, "is there")
        self.assertEqual(["gone", "latest"], sorted(self.registry.tags(stage)))
        self.assertEqual(self.example.old.digest, self.registry.digest(stage, "latest"))

    @journey
    def test_a_repository_is_rolled_back_and_the_roll_back_undone(self, visit):
        name = f"rolled/{self.way}"
        for image in (self.example.old, self.example.new):
            self.registry.push(name, "latest", image)
        newest = self.example.newest(name)
        self.log_in(visit)
        visit.go(f"{self.example.page(name)}versions/{newest - 1}/")
        visit.click("link", "Roll back to this version…")
        self.rest(visit, "What changes for those who pull", f"lading restore {name} {newest - 1}")
        self.assertIn("→ moved", self.row(visit, "latest"))
        # Somebody else is quicker.
        self.registry.push(name, "other", self.example.new)
        visit.click("button", "Roll back")
        self.rest(visit, "The repository's newest version is another by now.")
        self.assertIn(GONE, self.row(visit, "other"))
        visit.click("button", "Roll back")
        self.done(visit, "is there")
        self.assertEqual(self.example.old.digest, self.registry.digest(name, "latest"))
        visit.click("link", "Undo: back to version")
        visit.click("button", "Roll back")
        self.done(visit, "is there")
        self.assertEqual(self.example.new.digest, self.registry.digest(name, "latest"))
        visit.click("link", "Timeline")
        self.rest(visit, f"Rolled back to version {newest - 1}")

    @journey
    def test_a_version_gets_a_note_which_stays(self, visit):
        name = f"noted/{self.way}"
        self.registry.push(name, "1", self.example.old)
        self.log_in(visit)
        visit.go(f"{self.example.page(name)}versions/1/")
        visit.fill("Note, which stays", "the first of its kind")
        visit.click("button", "Keep the note")
        self.rest(visit, "the first of its kind")
        self.assertEqual("the first of its kind", self.fact(visit, "Note"))
        self.assertEqual(0, visit.page.get_by_role("button", name="Keep the note").count())

    @journey(core=True)
    def test_a_mirror_is_made_with_a_schedule_synced_and_looked_at(self, visit):
        name = f"mirror/{self.way}"
        self.log_in(visit)
        self.new_mirror(visit, name, "rate(6 hours)")
        self.sync_now(visit)
        visit.go("/ui/mirrors/")
        self.rest(visit, name, "made version 1")
        visit.click("link", name)
        self.rest(visit, "version 1", "2 tags looked at")
        visit.click("link", "Its syncs")
        self.assertEqual(1, len(self.rows(visit)))
        self.rest(visit, "made version 1", "hand")
        visit.page.go_back()
        visit.click("link", "Its tags")
        self.assertEqual(["1.27", "1.28"], [row.split()[0] for row in self.rows(visit)])
        self.assertEqual(["1.27", "1.28"], self.registry.tags(name))

    @journey
    def test_a_schedule_is_changed_and_its_next_runs_shown_as_it_is_written(self, visit):
        self.registry.mirror(f"planned/{self.way}", self.upstream.url, "library/nginx", sync_schedule="rate(1 day)")
        self.log_in(visit)
        visit.go(self.example.page(f"planned/{self.way}", "repositories").replace("repositories", "mirrors"))
        visit.click("link", "Change the schedule")
        self.rest(visit)
        visit.page.get_by_label("Schedule", exact=True).fill("cron(0 3 * * ? *)")
        visit.page.get_by_label("Time zone").fill("Asia/Tokyo")
        visit.page.get_by_label("Time zone").blur()
        expect(visit.page.locator("ol.due time").first).to_have_attribute("datetime", re.compile("T18:00"))
        runs = [each.get_attribute("datetime") for each in visit.page.locator("ol.due time").all()]
        self.assertEqual(5, len(runs))
        for run_at in runs:
            self.assertIn("T18:00", run_at)
        visit.page.get_by_label("Schedule", exact=True).fill("every now and then")
        visit.click("button", "Save")
        self.rest(visit, "This is no schedule yet.")
        visit.page.get_by_label("Schedule", exact=True).fill("cron(0 3 * * ? *)")
        visit.click("button", "Save")
        self.rest(visit, "cron(0 3 * * ? *), in the time zone Asia/Tokyo")

    @journey
    def test_a_pull_through_cache_is_made_and_pulled_through(self, visit):
        path = f"hub-{self.way}"
        self.log_in(visit)
        visit.go("/ui/pull-through/")
        visit.click("link", "New pull-through cache")
        visit.fill("Registry", self.upstream.url)
        visit.fill("Base path", path)
        self.rest(visit)
        visit.click("button", "Make it")
        self.done(visit)
        self.registry.require_whole(f"{path}/library/nginx", "1.27")
        self.registry.require_whole(f"{path}/library/nginx", "1.27")
        visit.go("/ui/pull-through/")
        self.rest(visit)
        visit.click("link", path, exact=True)
        self.rest(visit, f"{path}/library/nginx", "registry-mirrors")
        self.assertGreater(int(self.fact(visit, "Hits").split(",")[0]), 0)
        self.assertGreater(int(self.fact(visit, "Misses")), 0)

    @journey
    def test_a_pull_through_cache_and_its_upstream_are_changed(self, visit):
        path = f"edit-{self.way}"
        self.log_in(visit)
        visit.go("/ui/pull-through/new")
        visit.fill("Registry", self.upstream.url)
        visit.fill("Base path", path)
        visit.click("button", "Make it")
        self.done(visit)
        visit.go("/ui/pull-through/")
        visit.click("link", path, exact=True)
        visit.click("link", "Change it")
        self.rest(visit)
        visit.fill("Seconds until a tag is asked for again", "soon")
        visit.click("button", "Save")
        self.rest(visit, "Nothing was changed.")
        visit.fill("Seconds until a tag is asked for again", "300")
        visit.fill("After so many days without a pull", "30")
        visit.click("button", "Save")
        self.rest(visit, "Saved.", "after 300 seconds", "nobody pulled them for 30 days")
        visit.click("link", "Change the upstream")
        self.rest(visit, "It has none.")
        visit.fill("Requests in a second, at most", "50")
        visit.click("button", "Save")
        self.rest(visit, "The upstream is saved.")
        self.registry.require_whole(f"{path}/library/nginx", "1.27")

    @journey
    def test_a_distribution_is_made_pinned_unpinned_and_deleted(self, visit):
        path = f"served/{self.way}"
        self.log_in(visit)
        visit.go("/ui/distributions/")
        self.rest(visit)
        visit.click("link", "New distribution")
        visit.fill("Base path", path)
        visit.fill("Repository", "shop/nothing")
        self.rest(visit)
        visit.click("button", "Make it")
        self.rest(visit, "there is no repository of this name")
        visit.fill("Repository", "shop/web")
        visit.click("button", "Make it")
        self.done(visit)
        self.assertEqual(["1.4.0", "1.5.0", "edge", "latest"], self.registry.tags(path))
        visit.go("/ui/distributions/?prefix=served/")
        visit.click("link", path)
        self.rest(visit, "the newest version of shop/web")
        visit.fill("Pin to version", str(self.example.before))
        visit.click("button", "Pin", exact=True)
        self.rest(visit, "Pinned. Pulls get this version", f"version {self.example.before} of shop/web")
        self.assertEqual(["1.3.9", "1.4.0", "latest"], self.registry.tags(path))
        visit.click("link", "What would change if it were not pinned")
        self.assertIn("+ added", self.row(visit, "1.5.0", "Tags that differ"))
        visit.page.go_back()
        visit.click("button", "Unpin: serve the newest")
        self.rest(visit, "Unpinned. Pulls get the newest version.")
        self.assertEqual(4, len(self.registry.tags(path)))
        visit.click("link", "Delete it")
        self.rest(visit, f"Delete {path}?")
        visit.click("button", "Delete the distribution")
        self.done(visit)
        self.registry.expect(404, "GET", f"/v2/{path}/tags/list")
        visit.go("/ui/distributions/?prefix=served/")
        self.assertNotIn(path, "".join(self.rows(visit)))

    @journey(core=True)
    def test_a_user_is_made_given_a_role_and_sees_what_it_is_on(self, visit):
        name = f"ann-{self.way}"
        self.log_in(visit)
        visit.go("/ui/access/users/")
        self.rest(visit)
        visit.page.get_by_label("Name", exact=True).fill(name)
        visit.fill("Password", SECRET)
        visit.click("button", "Make the user")
        self.rest(visit, name, "This user was given no role.")
        with self.browser.visit(self.url) as hers:
            hers.log_in(name, SECRET)
            hers.go("/ui/repositories/")
            self.assertNotIn("shop/payments", hers.text())
        visit.page.get_by_text("Give a role").click()
        visit.page.get_by_label("Role", exact=True).select_option("container.containerrepository_viewer")
        visit.page.get_by_label("On", exact=True).select_option("repository")
        visit.fill("Its name", "shop/payments")
        visit.click("button", "Give the role")
        self.rest(visit, "The role was given.")
        self.assertIn("repository shop/payments", self.row(visit, "container.containerrepository_viewer"))
        visit.click("button", "Log out")
        visit.log_in(name, SECRET)
        visit.page.get_by_role("navigation").get_by_role("link", name="Repositories").click()
        visit.click("link", "shop/payments")
        self.rest(visit, "2.0.0", "Timeline")
        visit.page.get_by_role("navigation").get_by_role("link", name="Access").click()
        self.rest(visit, "container.containerrepository_viewer")
        self.assertEqual(0, visit.page.get_by_role("link", name="Users").count())

    @journey(core=True)
    def test_why_a_form_was_refused_is_where_the_keyboard_is(self, visit):
        self.log_in(visit)
        visit.go("/ui/mirrors/new")
        visit.fill("Registry", "nowhere")
        visit.fill("Repository there", "team/app")
        visit.click("button", "Make the mirror")
        expect(visit.page.get_by_role("alert")).to_be_focused()
        visit.page.get_by_role("alert").get_by_role("link", name="url").press("Enter")
        expect(visit.page.get_by_label("Registry", exact=True)).to_be_focused()
        visit.go("/ui/access/users/")
        visit.page.get_by_label("Name", exact=True).fill("NOT A NAME")
        visit.fill("Password", SECRET)
        visit.click("button", "Make the user")
        expect(visit.page.get_by_label("Name", exact=True)).to_be_focused()

    @journey
    def test_a_robots_secret_is_shown_once_and_replaced(self, visit):
        name = f"ci-{self.way}"
        self.log_in(visit)
        visit.go("/ui/access/robots/")
        visit.page.get_by_label("Namespace", exact=True).last.fill("shop")
        visit.fill("Name in it", name)
        visit.fill("What it is for", "pushes from CI")
        visit.page.get_by_label("What it may do").select_option("container.containernamespace_collaborator")
        visit.click("button", "Make the robot")
        self.rest(visit, "It is shown this once.")
        first = visit.page.locator("pre").first.inner_text()
        self.log_in_by(name, first)
        visit.click("link", "I have it")
        self.rest(visit, "pushes from CI", "counts", "container.containernamespace_collaborator")
        self.assertNotIn(first, visit.page.content())
        visit.fill("Hours that the one before", "0")
        visit.click("button", "Make a new secret")
        self.rest(visit, "It is shown this once.")
        second = visit.page.locator("pre").first.inner_text()
        self.assertNotEqual(first, second)
        self.log_in_by(name, second)
        self.assertEqual(401, Registry(self.host, first, user=f"shop+{name}").request("GET", "/v2/").status)
        visit.go("/ui/access/robots/?namespace=shop")
        self.assertIn("pushes from CI", self.row(visit, f"shop+{name}"))
        self.rest(visit)

    def log_in_by(self, robot, secret):
        Registry(self.host, secret, user=f"shop+{robot}").expect(200, "GET", "/v2/shop/payments/tags/list")

    @journey
    def test_a_group_gets_a_user_and_a_role_and_the_audit_tells_of_it(self, visit):
        group, user = f"Team {self.way}", f"bob-{self.way}"
        self.registry.call(201, "POST", "users/", username=user, password=SECRET)
        self.log_in(visit)
        visit.go("/ui/access/groups/")
        self.rest(visit)
        visit.page.get_by_label("Name", exact=True).fill(group)
        visit.click("button", "Make the group")
        self.rest(visit, group, "Nobody is in this group.")
        visit.fill("Name of a user", user)
        visit.click("button", "Add")
        self.rest(visit, "The user was put in the group.")
        visit.page.get_by_text("Give a role").click()
        visit.page.get_by_label("Role", exact=True).select_option("container.containerrepository_viewer")
        visit.page.get_by_label("On", exact=True).select_option("everything")
        visit.click("button", "Give the role")
        self.assertIn("everything", self.row(visit, "container.containerrepository_viewer"))
        with self.browser.visit(self.url) as his:
            his.log_in(user, SECRET)
            his.go("/ui/repositories/")
            self.assertIn("shop/payments", his.text())
        visit.click("link", "Audit")
        self.rest(visit, "users/", "admin")
        visit.fill("Action contains", "groups/")
        visit.click("button", "Show")
        self.assertTrue(self.rows(visit))
        self.assertTrue(all("groups/" in row for row in self.rows(visit)))

    @journey
    def test_a_role_of_ones_own_is_made_and_deleted(self, visit):
        name = f"team.reader-{self.way}"
        self.log_in(visit)
        visit.go("/ui/access/roles/")
        self.rest(visit, "container.containerrepository_viewer")
        visit.page.get_by_text("Make a role of your own").click()
        visit.page.get_by_label("Name", exact=True).fill(name)
        visit.fill("What it allows, in words", "Reads everything")
        visit.page.get_by_label("container.view_containerrepository", exact=True).check()
        visit.click("button", "Make the role")
        self.rest(visit, name, "Reads everything", "container.view_containerrepository")
        visit.click("link", "Delete…")
        self.rest(visit)
        visit.click("button", "Delete", exact=True)
        visit.go("/ui/access/roles/?words=team.reader")
        self.assertNotIn(name, "".join(self.rows(visit)))


if __name__ == "__main__":
    unittest.main(verbosity=2)

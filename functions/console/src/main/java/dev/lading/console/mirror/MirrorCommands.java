package dev.lading.console.mirror;

import dev.lading.console.FormInput;
import dev.lading.console.Shell;
import dev.lading.management.api.Json;
import dev.lading.schedule.SyncSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The commands that do what the form of a new mirror does. */
final class MirrorCommands {
    private final FormInput input;
    private final String root;

    MirrorCommands(FormInput input, String root) {
        this.input = input;
        this.root = root;
    }

    List<String> all() {
        String name = Shell.shell(input.value("name"));
        List<String> commands = new ArrayList<>();
        commands.add("pulp container remote create --name " + name + option("--url", "url")
                + option("--upstream-name", "upstream_name") + list("--include-tags", "includes")
                + list("--exclude-tags", "excludes") + option("--policy", "policy") + option("--username", "username")
                + (input.value("username").isBlank() ? "" : " --password @FILE"));
        commands.add("pulp container repository create --name " + name + " --remote " + name);
        if (input.has("distribute")) {
            commands.add("pulp container distribution create --name " + name + option("--base-path", "base_path")
                    + " --repository " + name + (input.has("private") ? " --private" : " --public"));
        }
        if (!input.value(SyncSchedule.FIELD).isBlank()) {
            Map<String, Object> body = Map.of(
                    SyncSchedule.FIELD,
                    input.value(SyncSchedule.FIELD),
                    SyncSchedule.TIMEZONE_FIELD,
                    input.value(SyncSchedule.TIMEZONE_FIELD),
                    SyncSchedule.MIRROR_FIELD,
                    input.has(SyncSchedule.MIRROR_FIELD));
            commands.add("curl -u NAME -X PATCH -H Content-Type:application/json -d " + Shell.shell(Json.write(body))
                    + " " + root + "$(pulp container repository show --name " + name + " | jq -r .pulp_href)");
        }
        if (input.has("sync_now")) {
            commands.add("pulp container repository sync --name " + name);
        }
        return commands;
    }

    private String option(String option, String field) {
        String value = input.value(field).strip();
        return value.isEmpty() ? "" : " " + option + " " + Shell.shell(value);
    }

    private String list(String option, String field) {
        List<String> entries = Stream.of(input.value(field).split("[\\n,]"))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .toList();
        return entries.isEmpty() ? "" : " " + option + " " + Shell.shell(Json.write(entries));
    }
}

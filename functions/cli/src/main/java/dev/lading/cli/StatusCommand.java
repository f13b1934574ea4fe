package dev.lading.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lading.cli.api.ApiClient;
import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.api.JsonText;
import dev.lading.cli.api.PrintableText;
import dev.lading.cli.login.LoginOptions;
import dev.lading.cli.login.LoginSources;
import dev.lading.cli.shell.Invocation;
import dev.lading.cli.shell.LadingVersion;
import java.io.PrintStream;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code status}: whether a server answers, accepts the credentials, and reaches its storage. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        versionProvider = LadingVersion.class,
        usageHelpAutoWidth = true,
        sortOptions = false,
        description = {
            "Tells which server answers, whether it accepts the credentials, and how its storage is.",
            "",
            "Ends with 1 if the server does not reach its records.",
            ""
        })
final class StatusCommand implements Callable<Integer> {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private final Invocation invocation;

    @Mixin
    private LoginOptions login;

    @Option(names = "--json", description = "Print what the server answers, as JSON.")
    private boolean json;

    StatusCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        ApiClient api = new LoginSources(login, invocation).connect();
        JsonNode status = api.get(ApiClient.API + "status/");
        boolean connected = status.path("database_connection").path("connected").asBoolean();
        PrintStream out = invocation.out();
        if (json) {
            out.println(JsonText.of(status));
        } else {
            out.println(PrintableText.of("server   " + api.server()));
            out.println(PrintableText.of("user     " + api.user()));
            out.println("records  " + (connected ? "reached" : "not reached"));
            out.println("storage  " + storage(status.path("storage")));
            out.println(PrintableText.of("builds   " + builder(status.path("builder"))));
            out.println(PrintableText.of("speaks   " + versions(status.path("versions"))));
        }
        return connected ? 0 : CommandFailure.REFUSED;
    }

    private static String storage(JsonNode storage) {
        return storage.path("used").isNumber() && storage.path("free").isNumber()
                ? bytes(storage.path("used").asLong()) + " used on its disk, "
                        + bytes(storage.path("free").asLong()) + " free"
                : "as much as there is need for";
    }

    private static String builder(JsonNode builder) {
        if (builder.path("builds").isNull()) {
            return "not known yet: " + builder.path("reason").asText();
        }
        if (!builder.path("builds").asBoolean()) {
            return "none: " + builder.path("reason").asText("this server is older than builds");
        }
        StringJoiner platforms = new StringJoiner(", ");
        builder.path("platforms").forEach(each -> platforms.add(each.asText()));
        StringJoiner programs = new StringJoiner(", ");
        builder.path("versions")
                .properties()
                .forEach(each ->
                        programs.add(each.getKey() + " " + each.getValue().asText()));
        return platforms + " by " + programs + ", as " + builder.path("user").asText() + ", bounded by "
                + builder.path("limits").asText() + (builder.path("heredocs").asBoolean() ? "" : ", no here-documents");
    }

    private static String versions(JsonNode versions) {
        StringJoiner all = new StringJoiner(", ", "Pulp's API: ", "");
        versions.forEach(each -> all.add(
                each.path("component").asText("") + " " + each.path("version").asText("")));
        return all.toString();
    }

    private static String bytes(long count) {
        double shown = count;
        int unit = 0;
        while (shown >= 1000 && unit < UNITS.length - 1) {
            shown /= 1000;
            unit++;
        }
        return Math.round(shown * 10) / 10.0 + " " + UNITS[unit];
    }
}

package dev.lading.cli.account;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lading.cli.api.ApiClient;
import dev.lading.cli.api.CommandFailure;
import dev.lading.cli.api.JsonText;
import dev.lading.cli.api.PrintableText;
import dev.lading.cli.login.LoginOptions;
import dev.lading.cli.login.LoginSources;
import dev.lading.cli.shell.Invocation;
import dev.lading.cli.shell.LadingVersion;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code robot}: accounts for programs, such as a CI job, and their secrets. */
@Command(
        name = "robot",
        mixinStandardHelpOptions = true,
        versionProvider = LadingVersion.class,
        usageHelpAutoWidth = true,
        description = {
            "Makes, lists, and deletes robots, which are accounts for programs, and replaces their secrets.",
            "",
            "A robot is named <namespace>+<name>, as team+ci. Who gives roles in the namespace makes it.",
            ""
        },
        commandListHeading = "%nVerbs; each has --help:%n")
public final class RobotCommand implements Runnable {
    private static final String ROBOTS = ApiClient.API + "robots/";
    private static final int IN_PAGE = 100;

    @Spec
    private CommandSpec spec;

    private RobotCommand() {}

    public static CommandLine line(Invocation invocation) {
        return new CommandLine(new RobotCommand())
                .addSubcommand("create", new Create(invocation))
                .addSubcommand("list", new Listing(invocation))
                .addSubcommand("rotate", new Rotate(invocation))
                .addSubcommand("delete", new Delete(invocation));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with robots");
    }

    private static JsonNode find(ApiClient api, String name) {
        JsonNode found = api.get(ROBOTS + "?limit=1&name=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
                .path("results")
                .path(0);
        if (found.isMissingNode()) {
            throw CommandFailure.refused("there is no robot '" + name + "' that " + api.user() + " may see");
        }
        return found;
    }

    /** How a new secret is made and printed. */
    private static final class SecretOptions {
        @Option(
                names = "--days",
                paramLabel = "<days>",
                description = "How long the secret counts: 1 to 3650 days (90).")
        private @Nullable Integer days;

        @Option(
                names = {"-q", "--quiet"},
                description = "Print the secret alone, for docker login --password-stdin.")
        private boolean quiet;

        @Option(names = "--json", description = "Print what the server answers, as JSON.")
        private boolean json;

        ObjectNode body() {
            ObjectNode body = JsonText.object();
            Optional.ofNullable(days).ifPresent(number -> body.put("expires_in_days", number));
            return body;
        }

        Integer print(JsonNode made, ApiClient api, PrintStream out) {
            String secret = made.path("secret").asText("");
            if (secret.isEmpty()) {
                throw api.unexpected("a robot without a secret");
            }
            String name = made.path("name").asText("");
            JsonNode secrets = made.path("secrets");
            if (json) {
                out.println(JsonText.of(made));
            } else if (quiet) {
                out.println(PrintableText.of(secret));
            } else {
                out.println(PrintableText.of("robot    " + name));
                out.println(PrintableText.of("secret   " + secret + "   (shown this once)"));
                out.println(PrintableText.of(
                        "expires  " + day(secrets.path(secrets.size() - 1).path("expires"))));
                if (secrets.size() > 1) {
                    out.println(PrintableText.of("before   the one before counts until "
                            + secrets.path(0).path("expires").asText("")));
                }
                out.println(PrintableText.of("next     docker login -u " + name + " "
                        + api.server().uri().getAuthority()));
            }
            return 0;
        }
    }

    private static String day(JsonNode time) {
        String text = time.asText("");
        return text.length() < 10 ? "-" : text.substring(0, 10);
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            versionProvider = LadingVersion.class,
            usageHelpAutoWidth = true,
            sortOptions = false,
            description = {"Makes a robot, and prints its secret, this once.", ""})
    private static final class Create implements Callable<Integer> {
        private final Invocation invocation;

        @Mixin
        private LoginOptions login;

        @Mixin
        private SecretOptions secret;

        @Option(
                names = "--role",
                paramLabel = "<role>",
                description = "What it may do in its namespace: a role's name, or none"
                        + " (container.containernamespace_collaborator, which pushes and pulls).")
        private @Nullable String role;

        @Option(names = "--description", paramLabel = "<text>", description = "What it is for.")
        private @Nullable String description;

        @Parameters(paramLabel = "NAME", description = "<namespace>+<name>, as team+ci.")
        private String name;

        Create(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public Integer call() {
            ApiClient api = new LoginSources(login, invocation).connect();
            ObjectNode body = secret.body().put("name", name);
            Optional.ofNullable(role).ifPresent(text -> body.put("role", text.equals("none") ? null : text));
            Optional.ofNullable(description).ifPresent(text -> body.put("description", text));
            return secret.print(api.post(ROBOTS, body), api, invocation.out());
        }
    }

    @Command(
            name = "rotate",
            mixinStandardHelpOptions = true,
            versionProvider = LadingVersion.class,
            usageHelpAutoWidth = true,
            sortOptions = false,
            description = {
                "Makes a robot a new secret, and prints it, this once. The one before counts for a while beside it, so"
                        + " that jobs can be given the new one without a gap.",
                ""
            })
    private static final class Rotate implements Callable<Integer> {
        private final Invocation invocation;

        @Mixin
        private LoginOptions login;

        @Mixin
        private SecretOptions secret;

        @Option(
                names = "--overlap",
                paramLabel = "<hours>",
                description = "How long the secret before counts beside it: 0 to 2160 hours (24); 0 ends it at once,"
                        + " and the robot's tokens.")
        private @Nullable Integer overlap;

        @Parameters(paramLabel = "NAME", description = "The robot, as team+ci.")
        private String name;

        Rotate(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public Integer call() {
            ApiClient api = new LoginSources(login, invocation).connect();
            ObjectNode body = secret.body();
            Optional.ofNullable(overlap).ifPresent(hours -> body.put("overlap_hours", hours));
            String href = find(api, name).path("pulp_href").asText();
            return secret.print(api.post(href + "rotate/", body), api, invocation.out());
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            versionProvider = LadingVersion.class,
            usageHelpAutoWidth = true,
            sortOptions = false,
            description = {"Lists robots: those of the namespaces where you give roles.", ""})
    private static final class Listing implements Callable<Integer> {
        private static final String LINE = "%-32s %-10s %-10s %s";

        private final Invocation invocation;

        @Mixin
        private LoginOptions login;

        @Option(names = "--json", description = "Print each robot as a line of JSON.")
        private boolean json;

        @Parameters(arity = "0..1", paramLabel = "NAMESPACE", description = "Only those of this namespace.")
        private @Nullable String namespace;

        Listing(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public Integer call() {
            ApiClient api = new LoginSources(login, invocation).connect();
            String filter = Optional.ofNullable(namespace)
                    .map(text -> "&namespace=" + URLEncoder.encode(text, StandardCharsets.UTF_8))
                    .orElse("");
            int shown = 0;
            JsonNode page;
            do {
                page = api.get(ROBOTS + "?limit=" + IN_PAGE + "&offset=" + shown + filter);
                for (JsonNode robot : page.path("results")) {
                    print(robot, shown++ == 0);
                }
            } while (!page.path("results").isEmpty()
                    && shown < page.path("count").asInt());
            return 0;
        }

        private void print(JsonNode robot, boolean first) {
            PrintStream out = invocation.out();
            if (json) {
                out.println(JsonText.of(robot));
                return;
            }
            if (first) {
                out.println(LINE.formatted("ROBOT", "EXPIRES", "LAST USED", "DESCRIPTION"));
            }
            JsonNode secrets = robot.path("secrets");
            String used = secrets.findValuesAsText("last_used").stream()
                    .filter(text -> !text.equals("null"))
                    .max(String::compareTo)
                    .orElse("");
            out.println(PrintableText.of(LINE.formatted(
                            robot.path("name").asText(),
                            day(secrets.path(secrets.size() - 1).path("expires")),
                            used.length() < 10 ? "never" : used.substring(0, 10),
                            robot.path("description").asText(""))
                    .stripTrailing()));
        }
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            versionProvider = LadingVersion.class,
            usageHelpAutoWidth = true,
            sortOptions = false,
            description = {"Deletes a robot, and ends its tokens. What it pushed stays.", ""})
    private static final class Delete implements Callable<Integer> {
        private final Invocation invocation;

        @Mixin
        private LoginOptions login;

        @Parameters(paramLabel = "NAME", description = "The robot, as team+ci.")
        private String name;

        Delete(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public Integer call() {
            ApiClient api = new LoginSources(login, invocation).connect();
            api.delete(find(api, name).path("pulp_href").asText());
            invocation.out().println(PrintableText.of("deleted " + name));
            return 0;
        }
    }
}

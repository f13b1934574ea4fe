package dev.lading.management.account;

import dev.lading.account.PrincipalId;
import dev.lading.account.Robot;
import dev.lading.account.RobotService;
import dev.lading.management.api.Listing;
import dev.lading.management.api.Lookup;
import dev.lading.management.api.Model;
import dev.lading.management.api.Schema;
import dev.lading.operation.ResourceType;
import dev.lading.password.RobotSecret;
import java.util.List;
import java.util.function.Function;

/** Robots as the API shows and accepts them; Pulp has none. A secret is shown in the answer that makes it. */
public final class RobotModel {
    private static final int MAX_NAME = 255 + 1 + 64;
    private static final int MAX_DESCRIPTION = 1_000;
    private static final int MAX_DAYS = 3_650;
    private static final int MAX_OVERLAP_HOURS = 24 * 90;
    private static final String PATH = ResourceType.ROOT + "/robots/";
    private static final String PRN = "prn:lading.robot:";

    public static final String ROLE = "role";
    public static final String DAYS = "expires_in_days";
    public static final String OVERLAP = "overlap_hours";

    public static final int DEFAULT_DAYS = 90;
    public static final int DEFAULT_OVERLAP_HOURS = 24;

    private static final Schema DAYS_SCHEMA = Schema.INTEGER
            .from(1)
            .upTo(MAX_DAYS)
            .orElse(DEFAULT_DAYS)
            .described("Days that the new secret counts for.");

    /** A secret without its text. */
    private record Secret(Robot robot, RobotSecret stored) {
        String href() {
            return RobotModel.href(robot.id()) + "secrets/" + stored.id() + "/";
        }

        static List<Secret> of(Robot robot) {
            return robot.secrets().stream().map(each -> new Secret(robot, each)).toList();
        }
    }

    private static final Model<Secret> SECRET = new Model<Secret>("RobotSecret")
            .shows("pulp_href", Schema.URI, Secret::href)
            .shows("created", Schema.TIME, secret -> secret.stored().created())
            .shows("expires", Schema.TIME, secret -> secret.stored().expires())
            .shows("last_used", Schema.TIME.orNull(), secret -> secret.stored().lastUsed());

    public static final Model<Robot> ROBOT = shown(new Model<>("Robot"), Function.identity());

    public static final Model<RobotService.WithSecret> MADE = shown(
                    new Model<>("RobotWithSecret"), RobotService.WithSecret::robot)
            .takes(
                    ROLE,
                    Schema.TEXT
                            .filled()
                            .orNull()
                            .described("A role in its namespace; null for none. Default: that of a collaborator."))
            .takes(DAYS, DAYS_SCHEMA)
            .tells(
                    "secret",
                    Schema.TEXT.described("What it logs in with; shown this once."),
                    RobotService.WithSecret::secret);

    /** How a secret is replaced. */
    public static final Model<Object> ROTATION = new Model<>("RobotRotation")
            .takes(DAYS, DAYS_SCHEMA)
            .takes(
                    OVERLAP,
                    Schema.INTEGER
                            .from(0)
                            .upTo(MAX_OVERLAP_HOURS)
                            .orElse(DEFAULT_OVERLAP_HOURS)
                            .described("Hours that the secret of before counts beside it; 0 ends it now, and tokens."));

    public static final Listing<Robot> LIST = new Listing<>(ROBOT)
            .identified()
            .filter("name", Schema.TEXT, Lookup.NAMES)
            .filter("namespace", Schema.TEXT, List.of(Lookup.EXACT, Lookup.IN))
            .orders("name", "pulp_created");

    public static final List<Model<?>> MODELS = List.of(ROBOT, MADE, ROTATION, SECRET);

    private RobotModel() {}

    private static <T> Model<T> shown(Model<T> model, Function<T, Robot> robot) {
        return model.shows("pulp_href", Schema.URI, robot.andThen(each -> href(each.id())))
                .shows("prn", Schema.TEXT, robot.andThen(each -> prn(each.id())))
                .shows("pulp_created", Schema.TIME, robot.andThen(Robot::created))
                .requires(
                        "name",
                        Schema.TEXT.filled().upToLength(MAX_NAME).described("<namespace>+<name>, as team+ci."),
                        robot.andThen(Robot::name))
                .shows(
                        "namespace",
                        Schema.TEXT,
                        robot.andThen(each -> each.name().namespace()))
                .allows(
                        "description",
                        Schema.TEXT.upToLength(MAX_DESCRIPTION).orElse(""),
                        robot.andThen(Robot::description))
                .shows("secrets", SECRET.listSchema(), robot.andThen(each -> SECRET.renderAll(Secret.of(each))));
    }

    static String prn(PrincipalId id) {
        return PRN + id;
    }

    static String href(PrincipalId id) {
        return PATH + id + "/";
    }
}

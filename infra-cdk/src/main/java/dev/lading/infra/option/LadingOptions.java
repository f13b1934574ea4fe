package dev.lading.infra.option;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.logs.RetentionDays;

/**
 * The options of a deployment, parsed once from the context of {@code cdk.json}. The README's table says what each
 * option means.
 *
 * @param prefix of stack names; in lower case also of the secrets' names in Parameter Store
 * @param functions the folder that holds the built functions: {@code <function>/target/function.zip}
 * @param upstreams addresses that remotes may name: {@code public}, {@code private} or {@code any}
 * @param publicByDefault whether everybody may pull from new names, unless said otherwise
 * @param bundleKey the ARN of a KMS key that signs bundles; empty: one among the secrets does
 * @param removal fate of bucket and table when their stack is deleted
 */
public record LadingOptions(
        String prefix,
        Path functions,
        String upstreams,
        boolean publicByDefault,
        RemovalPolicy removal,
        RetentionDays logRetention,
        Memory memory,
        Throttling throttling,
        SealOption sealKey,
        Optional<String> bundleKey,
        Concurrency concurrency,
        Optional<Domain> domain,
        Optional<Mirror> mirror,
        Optional<Zone> zone,
        Optional<Upload> upload,
        boolean dashboard,
        Optional<Alarming> alarming,
        Optional<Budget> budget) {

    /** Memory of the functions, in MiB; Lambda gives processor time in proportion, one processor at 1,769. */
    public record Memory(int registryMiB, int maintenanceMiB) {}

    /** Requests a second that the API accepts on average, and in a burst; others get 429. */
    public record Throttling(int rate, int burst) {}

    /**
     * The operator's own domain name, with the ARN of its certificate in Certificate Manager, in the stack's region.
     */
    public record Domain(String name, String certificateArn) {}

    /** A further domain name, at which one pull-through distribution is served and nothing else. */
    public record Mirror(Domain domain, String basePath) {}

    /** The Route 53 zone for the domains' records. */
    public record Zone(String id, String name) {}

    /** What takes the layers that the API is too small for. */
    public sealed interface Upload {
        /** Containers, at an address: the least and most that run. */
        record Fargate(UploadAddress address, int tasks, int maxTasks) implements Upload {}

        /** A Lambda Web Function: the most environments that run, and the requests that each has at once. */
        record Serverless(int maxEnvironments, int requests) implements Upload {}
    }

    /** Where clients send large layers. Never plain HTTP. */
    public sealed interface UploadAddress {
        /** A load balancer with a certificate. */
        record OwnDomain(Domain domain) implements UploadAddress {}

        /** CloudFront's name and certificate, in front of a load balancer that the internet does not reach. */
        record CloudFront() implements UploadAddress {}
    }

    /**
     * Alarms, and the e-mail address to notify, if any.
     *
     * @param egressGB what the bucket may send out in an hour, in GB
     */
    public record Alarming(Optional<String> email, Optional<Integer> egressGB) {}

    /** The account's spending in a month, in US dollars, of which an e-mail address is told. */
    public record Budget(int dollars, String email) {}

    private static final String BASE_PATH = "[a-z0-9]+([._/-]+[a-z0-9]+)*";
    private static final String DOMAIN_NAME = "([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}";
    private static final String CERTIFICATE_ARN = "arn:aws[a-z-]*:acm:[a-z0-9-]+:\\d{12}:certificate/[A-Za-z0-9-]+";
    private static final String KEY_ARN = "arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:key/[A-Za-z0-9-]+";
    private static final int LAMBDA_LEAST_MIB = 256;
    private static final int LAMBDA_MOST_MIB = 10_240;
    private static final int MOST_TASKS = 100;

    /** Lambda's least limit of environments. */
    private static final int LEAST_ENVIRONMENTS = 2;

    private static final int LEAST_REQUESTS = 4;

    /** What the disk of an environment has room for, as {@code upload-function/index.js} says it. */
    private static final int MOST_REQUESTS = 8;

    /** The most of dollars and of gigabytes that a limit may be. */
    private static final int MOST_LIMIT = 1_000_000;

    /** The default limit of an account's API Gateway in one region. */
    private static final int API_RATE = 10_000;

    private static final int API_BURST = 5_000;

    /** @throws OptionInvalid with one sentence, if an option is unknown, invalid, or lacks one that it needs */
    public static LadingOptions parse(Map<String, Object> context) {
        var given = new ContextOptions(context);
        var options = new LadingOptions(
                given.text(
                        "prefix", "[A-Za-z][A-Za-z0-9-]{0,30}", "a letter and up to 30 letters, digits or -", "Lading"),
                Path.of(given.text("functions").orElse("../functions")),
                given.text("upstreams", "public|private|any", "public, private or any", "public"),
                given.text("newNames", "public|private", "public or private", "private")
                        .equals("public"),
                removal(given),
                logRetention(given),
                new Memory(
                        given.number("registryMemory", LAMBDA_LEAST_MIB, LAMBDA_MOST_MIB, 1024),
                        given.number("maintenanceMemory", LAMBDA_LEAST_MIB, LAMBDA_MOST_MIB, 512)),
                new Throttling(
                        given.number("throttlingRate", 1, API_RATE, 2000),
                        given.number("throttlingBurst", 1, API_BURST, 4000)),
                SealOption.parse(given),
                given.text("bundleKey")
                        .map(_ -> given.text("bundleKey", KEY_ARN, "the ARN of a key in KMS, and not of an alias", "")),
                Concurrency.parse(given),
                domain(given, "domainName", "certificateArn"),
                mirror(given),
                zone(given),
                upload(given),
                given.flag("dashboard", true),
                alarming(given),
                budget(given));
        given.refuseUnknown();
        return options;
    }

    /** Path of the secrets in Parameter Store, such as {@code /lading}. */
    public String parameters() {
        return "/" + prefix.toLowerCase(Locale.ROOT);
    }

    /** A sentence for whoever deploys: an upgrade closes nothing that is there, but what is pushed next may be. */
    public String newNames() {
        return (publicByDefault
                        ? "Everybody may pull from new names, unless whoever makes one says otherwise."
                        : "New names are private until they are made public (-c newNames=public: the other way round).")
                + " Names that are there keep what they are.";
    }

    /** The upload service, if it is a function. */
    public Optional<Upload.Serverless> serverlessUploads() {
        return upload.filter(Upload.Serverless.class::isInstance).map(Upload.Serverless.class::cast);
    }

    /** The upload service, if it is containers. */
    public Optional<Upload.Fargate> fargateUploads() {
        return upload.filter(Upload.Fargate.class::isInstance).map(Upload.Fargate.class::cast);
    }

    public boolean isTrial() {
        return removal == RemovalPolicy.DESTROY;
    }

    /** The zone, if a name lies in it. */
    public Optional<Zone> zoneOf(String domainName) {
        return zone.filter(z -> domainName.equals(z.name()) || domainName.endsWith("." + z.name()));
    }

    private static RemovalPolicy removal(ContextOptions given) {
        String removal = given.text("removal", "retain|destroy", "retain or destroy", "retain");
        return removal.equals("destroy") ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    }

    private static RetentionDays logRetention(ContextOptions given) {
        return switch (given.number("logRetentionDays", 1, 3653, 30)) {
            case 1 -> RetentionDays.ONE_DAY;
            case 3 -> RetentionDays.THREE_DAYS;
            case 5 -> RetentionDays.FIVE_DAYS;
            case 7 -> RetentionDays.ONE_WEEK;
            case 14 -> RetentionDays.TWO_WEEKS;
            case 30 -> RetentionDays.ONE_MONTH;
            case 60 -> RetentionDays.TWO_MONTHS;
            case 90 -> RetentionDays.THREE_MONTHS;
            case 180 -> RetentionDays.SIX_MONTHS;
            case 365 -> RetentionDays.ONE_YEAR;
            default ->
                throw new OptionInvalid("logRetentionDays must be one of 1, 3, 5, 7, 14, 30, 60, 90, 180 and 365.");
        };
    }

    private static Optional<Domain> domain(ContextOptions given, String nameOption, String certificateOption) {
        Optional<String> name = given.text(nameOption);
        Optional<String> certificate = given.text(certificateOption);
        if (name.isEmpty() && certificate.isEmpty()) {
            return Optional.empty();
        }
        if (name.isEmpty() || certificate.isEmpty()) {
            throw new OptionInvalid("%s and %s go together.".formatted(nameOption, certificateOption));
        }
        return Optional.of(new Domain(
                given.text(nameOption, DOMAIN_NAME, "a domain name in lower case", ""),
                given.text(certificateOption, CERTIFICATE_ARN, "the ARN of a certificate in Certificate Manager", "")));
    }

    private static Optional<Mirror> mirror(ContextOptions given) {
        Optional<Domain> domain = domain(given, "mirrorDomain", "mirrorCertificateArn");
        if (domain.isPresent() != given.text("mirrorDistribution").isPresent()) {
            throw new OptionInvalid("mirrorDomain, mirrorCertificateArn and mirrorDistribution go together.");
        }
        if (domain.isPresent() && domain.map(Domain::name).equals(given.text("domainName"))) {
            throw new OptionInvalid("mirrorDomain must be another name than domainName.");
        }
        return domain.map(name ->
                new Mirror(name, given.text("mirrorDistribution", BASE_PATH, "the base path of a distribution", "")));
    }

    private static Optional<Zone> zone(ContextOptions given) {
        Optional<String> id = given.text("hostedZoneId");
        Optional<String> name = given.text("hostedZoneName");
        if (id.isPresent() != name.isPresent()) {
            throw new OptionInvalid("hostedZoneId and hostedZoneName go together.");
        }
        return id.map(i -> new Zone(i, name.orElseThrow()));
    }

    private static Optional<Upload> upload(ContextOptions given) {
        Optional<Domain> domain = domain(given, "uploadDomainName", "uploadCertificateArn");
        boolean cloudFront = given.flag("uploadCloudFront", false);
        int tasks = given.number("uploadTasks", 1, MOST_TASKS, 1);
        int maxTasks = given.number("uploadMaxTasks", tasks, MOST_TASKS, Math.max(tasks, 4));
        int environments = given.number("uploadMaxEnvironments", LEAST_ENVIRONMENTS, MOST_TASKS, 4);
        int requests = given.number("uploadRequests", LEAST_REQUESTS, MOST_REQUESTS, MOST_REQUESTS);
        String service = given.text(
                "uploadService", "none|fargate|serverless|false|true", "none, fargate or serverless", "none");
        // Before there were two, it was there or not.
        if (service.equals("none") || service.equals("false")) {
            return Optional.empty();
        }
        if (service.equals("serverless")) {
            if (domain.isPresent() || cloudFront) {
                throw new OptionInvalid("uploadService=serverless has an address of AWS's; leave uploadDomainName,"
                        + " uploadCertificateArn and uploadCloudFront out.");
            }
            return Optional.of(new Upload.Serverless(environments, requests));
        }
        var addresses = Stream.concat(
                        domain.<UploadAddress>map(UploadAddress.OwnDomain::new).stream(),
                        cloudFront ? Stream.of(new UploadAddress.CloudFront()) : Stream.<UploadAddress>empty())
                .toList();
        if (addresses.size() != 1) {
            throw new OptionInvalid(
                    "uploadService=fargate needs either uploadDomainName with uploadCertificateArn, or uploadCloudFront: "
                            + "layers and passwords are never sent in plain HTTP.");
        }
        return Optional.of(new Upload.Fargate(addresses.getFirst(), tasks, maxTasks));
    }

    private static Optional<Alarming> alarming(ContextOptions given) {
        Optional<String> email = email(given);
        Optional<Integer> egress = atLeastOne(given, "egressAlarmGB");
        if (given.flag("alarms", false)) {
            return Optional.of(new Alarming(email, egress));
        }
        if (egress.isPresent()) {
            throw new OptionInvalid("egressAlarmGB needs alarms=true.");
        }
        return Optional.empty();
    }

    private static Optional<Budget> budget(ContextOptions given) {
        return atLeastOne(given, "budgetDollars")
                .map(dollars -> new Budget(
                        dollars,
                        email(given)
                                .orElseThrow(() -> new OptionInvalid(
                                        "budgetDollars needs alarmEmail, the address that is told."))));
    }

    private static Optional<String> email(ContextOptions given) {
        Optional<String> email = given.text("alarmEmail");
        email.filter(e -> !e.matches("[^@\\s]+@[^@\\s]+")).ifPresent(e -> {
            throw new OptionInvalid("alarmEmail must be an e-mail address, not '%s'.".formatted(e));
        });
        return email;
    }

    /** Empty: not given, or 0. */
    private static Optional<Integer> atLeastOne(ContextOptions given, String name) {
        return Optional.of(given.number(name, 0, MOST_LIMIT, 0)).filter(n -> n > 0);
    }

    /** A stack's name, such as {@code Lading-Registry}. */
    public String stackName(String... words) {
        return Stream.concat(Stream.of(prefix), Stream.of(words)).collect(joining("-"));
    }
}

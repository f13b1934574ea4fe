package dev.lading.infra.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lading.infra.construct.FunctionSpec;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.logs.RetentionDays;

class LadingOptionsTest {
    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    uploadService=none | Optional.empty
                    uploadService=false | Optional.empty
                    uploadService=serverless | Optional[Serverless[maxEnvironments=4, requests=8]]
                    uploadService=fargate;uploadCloudFront=true | Optional[Fargate[address=CloudFront[], tasks=1, maxTasks=4]]
                    uploadService=true;uploadCloudFront=true | Optional[Fargate[address=CloudFront[], tasks=1, maxTasks=4]]
                    """)
    void uploads_go_where_the_option_says_and_as_it_said_before(String options, String upload) {
        assertThat(LadingOptions.parse(context(options)).upload()).hasToString(upload);
    }

    @Test
    void without_context_everything_optional_is_off() {
        LadingOptions options = LadingOptions.parse(Map.of());
        assertThat(options.parameters()).isEqualTo("/lading");
        assertThat(options.stackName("Registry")).isEqualTo("Lading-Registry");
        assertThat(options.isTrial()).isFalse();
        assertThat(options.upload()).isEmpty();
        assertThat(options.domain()).isEmpty();
        assertThat(options.alarming()).isEmpty();
        assertThat(options.budget()).isEmpty();
        assertThat(options.sealKey()).isEqualTo(new SealOption(false, false));
        assertThat(options.bundleKey()).isEmpty();
        assertThat(options.throttling()).isEqualTo(new LadingOptions.Throttling(2000, 4000));
    }

    @Test
    void numbers_and_flags_may_be_json_or_the_text_of_the_command_line() {
        assertThat(LadingOptions.parse(Map.of("alarms", true, "registryMemory", 2048)))
                .isEqualTo(LadingOptions.parse(Map.of("alarms", "true", "registryMemory", "2048")));
    }

    @Test
    void cdks_own_context_is_left_alone() {
        LadingOptions.parse(Map.of("aws:cdk:enable-path-metadata", true, "cli-telemetry", false));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "uploadservice=true | There is no option 'uploadservice'; there are accountConcurrency, alarmEmail, ",
                "prefix=1st | prefix must be a letter and up to 30 letters, digits or -, not '1st'.",
                "removal=maybe | removal must be retain or destroy, not 'maybe'.",
                "logRetentionDays=31 | logRetentionDays must be one of 1, 3, ",
                "registryMemory=64 | registryMemory must be a whole number from 256 to 10240, not '64'.",
                "upstreams=all | upstreams must be public, private or any, not 'all'.",
                "throttlingRate=fast | throttlingRate must be a whole number from 1 to 10000, not 'fast'.",
                "tasksAtOnce=0 | tasksAtOnce must be a whole number from 1 to 1000, not '0'.",
                "accountConcurrency=3 | accountConcurrency must be a whole number from 4 to 1000000, not '3'.",
                "accountConcurrency=10;tasksAtOnce=5;copiesAtOnce=5 | tasksAtOnce, copiesAtOnce and half of that again must together be less than the 10 concurrent executions that are there for them, not 13.",
                "accountConcurrency=200;tasksAtOnce=60 | tasksAtOnce, copiesAtOnce and half of that again must together be less than the 100 concurrent executions that are there for them, not 120.",
                "accountConcurrency=150;reservedPulls=60 | reservedPulls must leave 100 of the account's 150 concurrent executions unreserved, not 90.",
                "domainName=example.org | domainName and certificateArn go together.",
                "domainName=Example;certificateArn=x | domainName must be a domain name in lower case, not 'Example'.",
                "domainName=example.org;certificateArn=x | certificateArn must be the ARN of a certificate in Certificate Manager",
                "mirrorDomain=mirror.example.org | mirrorDomain and mirrorCertificateArn go together.",
                "mirrorDistribution=hub | mirrorDomain, mirrorCertificateArn and mirrorDistribution go together.",
                "hostedZoneId=Z1 | hostedZoneId and hostedZoneName go together.",
                "uploadService=yes | uploadService must be none, fargate or serverless, not 'yes'.",
                "uploadService=serverless;uploadCloudFront=true | uploadService=serverless has an address of AWS's; ",
                "uploadRequests=9 | uploadRequests must be a whole number from 4 to 8, not '9'.",
                "uploadMaxEnvironments=1 | uploadMaxEnvironments must be a whole number from 2 to 100, not '1'.",
                "uploadService=true | uploadService=fargate needs either uploadDomainName with uploadCertificateArn, or uploadCloudFront: ",
                "uploadTasks=5;uploadMaxTasks=2 | uploadMaxTasks must be a whole number from 5 to 100, not '2'.",
                "alarms=true;alarmEmail=me | alarmEmail must be an e-mail address, not 'me'.",
                "egressAlarmGB=100 | egressAlarmGB needs alarms=true.",
                "alarms=true;egressAlarmGB=-1 | egressAlarmGB must be a whole number from 0 to 1000000, not '-1'.",
                "budgetDollars=20 | budgetDollars needs alarmEmail, the address that is told.",
                "budgetDollars=20;alarmEmail=me | alarmEmail must be an e-mail address, not 'me'.",
                "sealKey=KMS | sealKey must be parameter or kms, not 'KMS'.",
                "bundleKey=alias/bundles | bundleKey must be the ARN of a key in KMS, and not of an alias, not 'alias/bundles'.",
                "bundleKey=arn:aws:kms:eu-central-1:111122223333:alias/bundles | bundleKey must be the ARN of a key in KMS, and not of an alias, not ",
                "sealKeyDeployed=yes | sealKeyDeployed must be true or false, not 'yes'.",
            })
    void a_wrong_option_is_told_in_one_sentence(String options, String sentence) {
        assertThatThrownBy(() -> LadingOptions.parse(context(options)))
                .isInstanceOf(OptionInvalid.class)
                .hasMessageStartingWith(sentence);
    }

    private static Map<String, Object> context(String options) {
        Map<String, Object> context = new HashMap<>();
        for (String option : options.split(";", -1)) {
            String[] nameAndValue = option.split("=", 2);
            context.put(nameAndValue[0], nameAndValue[1]);
        }
        return context;
    }

    @ParameterizedTest(name = "of {0}")
    @CsvSource({
        "4, 1, 1, 0",
        "10, 2, 2, 0",
        "50, 10, 10, 0",
        "199, 20, 39, 0",
        "200, 20, 40, 100",
        "1000, 20, 50, 500",
        "100000, 20, 50, 50000"
    })
    void at_least_half_of_an_account_is_left_to_pulls(int account, int tasks, int copies, int reserved) {
        Concurrency concurrency =
                LadingOptions.parse(Map.of("accountConcurrency", account)).concurrency();
        assertThat(concurrency)
                .isEqualTo(new Concurrency(
                        Optional.of(account),
                        tasks,
                        copies,
                        Optional.of(reserved).filter(r -> r > 0)));
        assertThat(tasks + copies + concurrency.demandsAtOnce()).isLessThanOrEqualTo(Math.max(3, account / 2));
        assertThat(concurrency.decision().orElseThrow())
                .contains("leaves " + account, tasks + " tasks", copies + " blobs")
                .contains(reserved > 0 ? reserved + " are reserved" : "none is reserved");
    }

    @ParameterizedTest(name = "deployed {0}, chosen {1}")
    @CsvSource({
        "false, '', false, false, ''",
        "false, kms, true, true, ''",
        "true, '', true, true, sealed under it.",
        "true, parameter, true, false, under a key in Parameter Store from now on."
    })
    void a_kms_key_that_is_deployed_stays(boolean deployed, String chosen, boolean kms, boolean seals, String said) {
        SealOption sealKey = LadingOptions.parse(Map.of("sealKeyDeployed", deployed, "sealKey", chosen))
                .sealKey();
        assertThat(sealKey.kms()).isEqualTo(kms);
        assertThat(sealKey.seals()).isEqualTo(seals);
        assertThat(sealKey.decision().orElse("")).endsWith(said);
        assertThat(sealKey.decision().isPresent()).isEqualTo(deployed);
    }

    @Test
    void of_an_unknown_account_nothing_is_reserved_or_said() {
        Concurrency concurrency = LadingOptions.parse(Map.of()).concurrency();
        assertThat(concurrency).isEqualTo(new Concurrency(Optional.empty(), 20, 50, Optional.empty()));
        assertThat(concurrency.decision()).isEmpty();
    }

    @Test
    void a_function_that_was_not_built_is_told_with_what_builds_it() {
        assertThatThrownBy(() -> new FunctionSpec(
                        "", Path.of("absent.zip"), 512, Duration.seconds(1), Map.of(), RetentionDays.ONE_DAY))
                .isInstanceOf(OptionInvalid.class)
                .hasMessage("There is no absent.zip: `make synth` and `make deploy` build the functions first.");
    }
}

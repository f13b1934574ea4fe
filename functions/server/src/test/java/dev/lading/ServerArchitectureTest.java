package dev.lading;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import software.amazon.awssdk.core.SdkClient;

/** Dependencies of all modules together, as they run in one process. */
@AnalyzeClasses(
        packages = "dev.lading",
        importOptions = {DoNotIncludeTests.class, ServerArchitectureTest.NoTestJars.class})
class ServerArchitectureTest {
    /** Leaves out test jars, where {@link DoNotIncludeTests} leaves out {@code test-classes} only. */
    static final class NoTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    @ArchTest
    static final ArchRule only_adapters_know_the_aws_sdk = noClasses()
            .that()
            .haveNameNotMatching("dev\\.lading\\..*\\.((S3|Dynamo|Ssm|Sqs|Kms|EventBridge)[^.]*|AwsClients|AwsStorage)")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon..");

    @ArchTest
    static final ArchRule clients_of_aws_are_made_in_one_place = noClasses()
            .that()
            .doNotHaveSimpleName("AwsClients")
            .should()
            .callMethodWhere(JavaCall.Predicates.target(nameMatching("builder|create"))
                    .and(JavaCall.Predicates.target(owner(assignableTo(SdkClient.class)))));

    @ArchTest
    static final ArchRule only_embedded_adapters_know_databases = noClasses()
            .that()
            .haveNameNotMatching("dev\\.lading\\.embedded\\.Sqlite.*")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.sqlite..");

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("dev.lading.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule services_and_adapters_know_no_http = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.lading.oci..",
                    "dev.lading.metadata..",
                    "dev.lading.blob..",
                    "dev.lading.upload..",
                    "dev.lading.repository..",
                    "dev.lading.content..",
                    "dev.lading.embedded..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta..", "io.quarkus..", "io.vertx..");

    @ArchTest
    static final ArchRule operations_know_no_http = noClasses()
            .that()
            .resideInAnyPackage("dev.lading.operation..", "dev.lading.services..", "dev.lading.sync..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.ws.rs..", "org.jboss.resteasy..", "io.vertx..", "dev.lading.management..");

    @ArchTest
    static final ArchRule dependencies_point_inward = noClasses()
            .that()
            .resideOutsideOfPackage("dev.lading.server..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.lading.server..");

    @ArchTest
    static final ArchRule pages_are_known_to_nobody_but_where_they_are_served = noClasses()
            .that()
            .resideOutsideOfPackages("dev.lading.console..", "dev.lading.server..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.lading.console..");

    @ArchTest
    static final ArchRule pages_ask_services = noClasses()
            .that()
            .resideInAPackage("dev.lading.console..")
            .should()
            .dependOnClassesThat()
            .haveSimpleNameEndingWith("Store");

    @ArchTest
    static final ArchRule functions_do_not_know_where_they_run = noClasses()
            .that()
            .resideOutsideOfPackages("dev.lading.server..", "dev.lading.embedded..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.lading.embedded..");

    @ArchTest
    static final ArchRule databases_are_met_in_adapters_and_where_they_are_opened = noClasses()
            .that()
            .resideOutsideOfPackages("dev.lading.embedded..", "dev.lading.server..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.sql..");
}

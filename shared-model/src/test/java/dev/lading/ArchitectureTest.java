package dev.lading;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

@AnalyzeClasses(packages = "dev.lading", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule only_adapters_know_the_aws_sdk = noClasses()
            .that()
            .haveNameNotMatching("dev\\.lading\\..*\\.((S3|Dynamo|Ssm|Sqs|Kms|EventBridge)[^.]*|AwsClients)")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon..");

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("dev.lading.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nothing_here_knows_http_databases_or_the_functions = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "jakarta..",
                    "io.quarkus..",
                    "java.sql..",
                    "dev.lading.access..",
                    "dev.lading.registry..",
                    "dev.lading.embedded..",
                    "dev.lading.server..");

    @ArchTest
    static final ArchRule values_know_nothing_but_json = noClasses()
            .that()
            .resideInAPackage("dev.lading.oci..")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages("dev.lading.oci..", "java..", "com.fasterxml.jackson..", "org.jspecify..");

    /** Packages, lowest first: each depends on those before its own line only. */
    private static final List<List<String>> LAYERS = List.of(
            List.of("random", "oci", "tar"),
            List.of("bundle"),
            List.of("metadata", "password", "secret", "work"),
            List.of("account", "audit", "signing"),
            List.of("aws", "blob", "build", "remote", "task"),
            List.of("schedule", "bundle.store"),
            List.of("history.row"),
            List.of("history"),
            List.of("commit", "distribution", "bundle.document"),
            List.of("repository"),
            List.of("grant"),
            List.of("upload"),
            List.of("content"),
            List.of("cleanup", "curation", "export", "imports", "overview"),
            List.of("attestation", "declared", "file", "importer"));

    @ArchTest
    static void dependencies_point_inward(JavaClasses classes) {
        LayeredArchitecture layers = layeredArchitecture().consideringOnlyDependenciesInLayers();
        List<String> outer = new ArrayList<>();
        for (List<String> line : LAYERS.reversed()) {
            for (String name : line) {
                layers = layers.layer(name).definedBy("dev.lading." + name);
                layers = outer.isEmpty()
                        ? layers.whereLayer(name).mayNotBeAccessedByAnyLayer()
                        : layers.whereLayer(name).mayOnlyBeAccessedByLayers(outer.toArray(String[]::new));
            }
            outer.addAll(line);
        }
        layers.check(classes);
    }

    @ArchTest
    static void every_package_has_a_layer(JavaClasses classes) {
        assertThat(LAYERS.stream().flatMap(List::stream).map(name -> "dev.lading." + name))
                .containsExactlyInAnyOrderElementsOf(
                        classes.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()));
    }

    @ArchTest
    static void packages_can_be_known(JavaClasses classes) {
        Map<String, Long> files = classes.stream()
                .filter(JavaClass::isTopLevelClass)
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
        assertThat(files).allSatisfy((name, count) -> assertThat(count).as(name).isLessThanOrEqualTo(20));
    }
}

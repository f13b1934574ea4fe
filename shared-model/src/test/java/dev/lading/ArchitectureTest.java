package dev.lading;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

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
            slices().matching("dev.lading.(*)..").should().beFreeOfCycles();

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

    @ArchTest
    static final ArchRule dependencies_point_inward = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("cleanup")
            .definedBy("dev.lading.cleanup..")
            .layer("curation")
            .definedBy("dev.lading.curation..")
            .layer("content")
            .definedBy("dev.lading.content..")
            .layer("upload")
            .definedBy("dev.lading.upload..")
            .layer("repository")
            .definedBy("dev.lading.repository..")
            .layer("blob")
            .definedBy("dev.lading.blob..")
            .layer("metadata")
            .definedBy("dev.lading.metadata..")
            .layer("oci")
            .definedBy("dev.lading.oci..")
            .whereLayer("cleanup")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("curation")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("content")
            .mayOnlyBeAccessedByLayers("curation", "cleanup")
            .whereLayer("upload")
            .mayOnlyBeAccessedByLayers("content", "curation", "cleanup")
            .whereLayer("repository")
            .mayOnlyBeAccessedByLayers("content", "upload", "curation", "cleanup")
            .whereLayer("blob")
            .mayOnlyBeAccessedByLayers("content", "upload", "repository", "curation", "cleanup")
            .whereLayer("metadata")
            .mayOnlyBeAccessedByLayers("content", "upload", "repository", "blob", "curation", "cleanup");
}

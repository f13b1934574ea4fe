package dev.lading;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies of the sync function. */
@AnalyzeClasses(
        packages = "dev.lading",
        importOptions = {DoNotIncludeTests.class, SyncArchitectureTest.NoTestJars.class})
class SyncArchitectureTest {
    /** Leaves out test jars, where {@link DoNotIncludeTests} leaves out {@code test-classes} only. */
    static final class NoTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("dev.lading.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule an_upstream_knows_values_and_remotes_only = noClasses()
            .that()
            .resideInAPackage("dev.lading.upstream..")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.lading..")
                    .and(resideOutsideOfPackages("dev.lading.upstream..", "dev.lading.oci..", "dev.lading.remote..")));

    /** Layers from connections up to what is read over them. */
    @ArchTest
    static final ArchRule an_upstreams_layers_point_down = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("upstream")
            .definedBy("dev.lading.upstream")
            .layer("login")
            .definedBy("dev.lading.upstream.login")
            .layer("http")
            .definedBy("dev.lading.upstream.http")
            .layer("transport")
            .definedBy("dev.lading.upstream.transport")
            .whereLayer("upstream")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("login")
            .mayOnlyBeAccessedByLayers("upstream")
            .whereLayer("http")
            .mayOnlyBeAccessedByLayers("upstream", "login");

    @ArchTest
    static final ArchRule only_the_upstreams_client_knows_its_library = noClasses()
            .that()
            .resideOutsideOfPackage("dev.lading.upstream..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.hc..");

    @ArchTest
    static final ArchRule a_sync_runs_anywhere = noClasses()
            .that()
            .resideInAnyPackage("dev.lading.sync..", "dev.lading.upstream..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta..", "io.quarkus..", "java.sql..", "software.amazon..");
}

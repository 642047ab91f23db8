package dev.winnow.curation;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.winnow.curation", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] ADAPTERS = {"..http..", "..kafka..", "..qdrant..", "..s3..", "..embedding.."};

    @ArchTest
    static final ArchRule THE_DOMAIN_KNOWS_NO_ADAPTER = noClasses()
            .that()
            .resideOutsideOfPackages(ADAPTERS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.winnow.curation.http..",
                    "dev.winnow.curation.kafka..",
                    "dev.winnow.curation.qdrant..",
                    "dev.winnow.curation.s3..",
                    "dev.winnow.curation.embedding..",
                    "io.qdrant..",
                    "io.minio..",
                    "org.apache.kafka..",
                    "jakarta.ws.rs..");

    @ArchTest
    static final ArchRule ADAPTERS_KNOW_ONLY_THE_DOMAIN = slices().matching(
                    "dev.winnow.curation.(http|kafka|qdrant|s3|embedding)..")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule THE_KERNEL_STANDS_ON_NOTHING = noClasses()
            .that()
            .resideInAPackage("..vectors..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..index..",
                    "..search..",
                    "..duplicates..",
                    "..clusters..",
                    "..rarity..",
                    "..quality..",
                    "..map..",
                    "..selection..",
                    "..probe..",
                    "..curation.adapter..",
                    "..splits..",
                    "..strata..",
                    "..balance..",
                    "..slices..",
                    "..tasks..",
                    "..jobs..");

    @ArchTest
    static final ArchRule ALGORITHMS_DO_NOT_KNOW_JOBS = noClasses()
            .that()
            .resideInAnyPackage(
                    "..duplicates..",
                    "..clusters..",
                    "..rarity..",
                    "..quality..",
                    "..map..",
                    "..selection..",
                    "..probe..",
                    "..curation.adapter..",
                    "..splits..",
                    "..strata..",
                    "..balance..",
                    "..slices..",
                    "..search..",
                    "..labels..",
                    "..frontier..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..tasks..", "..jobs..");
}

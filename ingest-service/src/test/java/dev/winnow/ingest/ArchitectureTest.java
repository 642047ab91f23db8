package dev.winnow.ingest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.winnow.ingest", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule theDomainKnowsNoAdapter = noClasses()
            .that()
            .resideInAPackage("dev.winnow.ingest")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.winnow.ingest.*..",
                    "jakarta.ws.rs..",
                    "io.vertx..",
                    "org.apache.kafka..",
                    "io.minio..",
                    "io.qdrant..",
                    "org.apache.commons..");

    @ArchTest
    static final ArchRule adaptersDoNotKnowEachOther =
            slices().matching("dev.winnow.ingest.(*)..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule noServiceKnowsAnother = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.winnow.embedding..", "dev.winnow.curation..", "dev.winnow.localstack..");
}

package dev.winnow.embedding;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Adapters depend on the domain, never the other way round and never on each other. */
@AnalyzeClasses(packages = "dev.winnow.embedding", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule THE_DOMAIN_KNOWS_NO_ADAPTER = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.winnow.embedding",
                    "dev.winnow.embedding.image",
                    "dev.winnow.embedding.onnx",
                    "dev.winnow.embedding.text")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.winnow.embedding.kafka",
                    "dev.winnow.embedding.http",
                    "dev.winnow.embedding.qdrant",
                    "dev.winnow.embedding.s3",
                    "org.apache.kafka..",
                    "io.minio..",
                    "io.qdrant..",
                    "jakarta.ws.rs..");

    @ArchTest
    static final ArchRule THE_GROUND_FLOOR_KNOWS_NOTHING_ABOVE = noClasses()
            .that()
            .resideInAnyPackage("dev.winnow.embedding.image", "dev.winnow.embedding.onnx", "dev.winnow.embedding.text")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.winnow.embedding");

    @ArchTest
    static final ArchRule ADAPTERS_KEEP_APART = slices().matching("dev.winnow.embedding.(*)..")
            .namingSlices("$1")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(
                    DescribedPredicate.alwaysTrue(),
                    JavaClass.Predicates.resideInAnyPackage(
                            "dev.winnow.embedding.image", "dev.winnow.embedding.onnx", "dev.winnow.embedding.text"));
}

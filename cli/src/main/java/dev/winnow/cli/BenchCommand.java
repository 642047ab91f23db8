package dev.winnow.cli;

import picocli.CommandLine.Command;

/**
 * {@code winnow bench}; the launcher itself starts {@code bench vectors} and {@code bench curate}, which belong to the
 * local stack and to the curation service.
 */
@Command(
        name = "bench",
        description = "Measures the suite on this machine.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = BenchEmbedCommand.class)
final class BenchCommand {}

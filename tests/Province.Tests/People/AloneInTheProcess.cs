namespace Province.Tests.People;

/// <summary>Tests that measure the memory of the process run when no other test does.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;

namespace EndToEnd.Tests.Faults;

/// <summary>Tests that hold a lane to its times run when no other test does.</summary>
[CollectionDefinition(nameof(AloneOnTheMachine), DisableParallelization = true)]
public sealed class AloneOnTheMachine;

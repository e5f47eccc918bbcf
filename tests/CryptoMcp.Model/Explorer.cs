namespace CryptoMcp.Model;

/// <summary>What a search found.</summary>
/// <param name="States">Different states reached.</param>
/// <param name="Exhausted">True when there are no others.</param>
/// <param name="Violation">What was broken, and the way there; null when nothing was.</param>
internal sealed record Exploration(int States, bool Exhausted, string? Violation);

/// <summary>Breadth-first search: the way to a violation that it finds is a shortest one.</summary>
internal sealed class Explorer
{
    private readonly Scenario _scenario;
    private readonly StateSet _seen = new();
    private readonly List<ulong> _order = [];
    private readonly List<int> _parents = [];
    private int _current;

    private Explorer(Scenario scenario) => _scenario = scenario;

    internal static Exploration Explore(Scenario scenario, int maximumStates) => new Explorer(scenario).Run(maximumStates);

    private Exploration Run(int maximumStates)
    {
        var moves = new PaymentModel(_scenario, Reached);
        Add(World.Initial(_scenario.Amounts.Length), -1);
        for (_current = 0; _current < _order.Count && _order.Count < maximumStates; _current++)
        {
            var world = World.Unpack(_order[_current], _scenario);
            if (moves.From(world) is { } violation)
            {
                return new(_order.Count, false, $"{violation.Rule}\n{Way(violation.World)}");
            }
        }

        return new(_order.Count, _current == _order.Count, null);
    }

    private void Reached(World world) => Add(world, _current);

    private void Add(World world, int parent)
    {
        var packed = world.Pack(_scenario);
        if (_seen.Add(packed))
        {
            _order.Add(packed);
            _parents.Add(parent);
        }
    }

    private string Way(World last)
    {
        var steps = new List<string> { last.ToString() };
        for (var i = _current; i >= 0; i = _parents[i])
        {
            steps.Add(World.Unpack(_order[i], _scenario).ToString());
        }

        steps.Reverse();
        return string.Join('\n', steps);
    }
}

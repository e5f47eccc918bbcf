namespace CryptoMcp.Ledger;

/// <summary>
/// All payments in the order in which they came, and the ways to find one. A payment's position never changes. Resolved
/// payments may rest as images; they are read back when somebody asks.
/// </summary>
internal sealed class PaymentTable
{
    private readonly PositionIndex _byId = new();
    private readonly PositionIndex _byKey = new();
    private readonly PositionIndex _byIntent = new();
    private readonly Dictionary<PaymentTraits, PaymentTraits> _traits = [];
    private object[] _items = [];

    internal PaymentTable(NameNumbers names) => Names = names;

    internal NameNumbers Names { get; }

    internal int Count { get; private set; }

    /// <summary>The payment at a position.</summary>
    internal Payment this[int position] => _items[position] switch
    {
        Payment payment => payment,
        RestingPayment resting => Wake(resting, position),
        _ => throw new ArgumentOutOfRangeException(nameof(position)),
    };

    /// <summary>What lists filter by, without waking the payment.</summary>
    internal PaymentTraits TraitsAt(int position) => _items[position] is RestingPayment resting ? resting.Traits : PaymentTraits.Of((Payment)_items[position]);

    internal Payment? Find(string id)
    {
        var hash = HashOf(id);
        for (var slot = -1; _byId.Next(hash, ref slot, out var position);)
        {
            if (_items[position] is Payment payment ? payment.Id == id : ((RestingPayment)_items[position]).HasId(id))
            {
                return this[position];
            }
        }

        return null;
    }

    /// <summary>The latest payment of this client under this key.</summary>
    internal Payment? FindByKey(string client, string key) =>
        SlotOfKey(HashOf(client, key), client, key, out var position) < 0 ? null : this[position];

    /// <summary>The latest payment of an intent.</summary>
    internal Payment? FindByIntent(string digest) =>
        SlotOfIntent(HashOf(digest), digest, out var position) < 0 ? null : this[position];

    /// <summary>Adds a payment at the end and gives it its position.</summary>
    internal void Add(Payment payment)
    {
        payment.Position = Count;
        Index(payment.Id, payment.Client, payment.Key, payment.IntentDigest, Count);
        Append(payment);
    }

    /// <summary>Adds a payment at rest, as a snapshot has it.</summary>
    internal void Add(ReadOnlyMemory<byte> image, PaymentTraits traits, string id, string key, string digest)
    {
        Index(id, traits.Client, key, digest, Count);
        Append(new RestingPayment(image, Shared(traits)));
    }

    /// <summary>Puts a payment's next form in its place.</summary>
    internal void Replace(Payment payment) => _items[payment.Position] = payment;

    /// <summary>Lays a payment to rest, unless it has changed since its image was made.</summary>
    internal void Rest(int position, object expected, ReadOnlyMemory<byte> image)
    {
        if (ReferenceEquals(_items[position], expected))
        {
            _items[position] = new RestingPayment(image, Shared(TraitsAt(position)));
        }
    }

    /// <summary>The table at this moment: payments and images never change, only which of them stands where.</summary>
    internal object[] Copy() => _items.AsSpan(0, Count).ToArray();

    /// <summary>Makes room for so many payments at once.</summary>
    internal void EnsureCapacity(int count)
    {
        Array.Resize(ref _items, Math.Max(_items.Length, count));
        _byId.EnsureCapacity(count);
        _byKey.EnsureCapacity(count);
        _byIntent.EnsureCapacity(count);
    }

    private static uint HashOf(string text) => (uint)text.GetHashCode(StringComparison.Ordinal);

    private static uint HashOf(string client, string key) => (uint)HashCode.Combine(client.GetHashCode(StringComparison.Ordinal), key.GetHashCode(StringComparison.Ordinal));

    private Payment Wake(RestingPayment resting, int position)
    {
        var payment = PaymentImage.Read(resting.Image, Names);
        payment.Position = position;
        return payment;
    }

    private void Index(string id, string client, string key, string digest, int position)
    {
        _byId.Add(HashOf(id), position);
        var keyHash = HashOf(client, key);
        if (SlotOfKey(keyHash, client, key, out _) is var keySlot and >= 0)
        {
            _byKey.Replace(keySlot, position);
        }
        else
        {
            _byKey.Add(keyHash, position);
        }

        var intentHash = HashOf(digest);
        if (SlotOfIntent(intentHash, digest, out _) is var intentSlot and >= 0)
        {
            _byIntent.Replace(intentSlot, position);
        }
        else
        {
            _byIntent.Add(intentHash, position);
        }
    }

    private int SlotOfKey(uint hash, string client, string key, out int position)
    {
        for (var slot = -1; _byKey.Next(hash, ref slot, out position);)
        {
            if (_items[position] is Payment payment ? payment.Key == key && payment.Client == client : ((RestingPayment)_items[position]).HasKey(client, key))
            {
                return slot;
            }
        }

        return -1;
    }

    private int SlotOfIntent(uint hash, string digest, out int position)
    {
        for (var slot = -1; _byIntent.Next(hash, ref slot, out position);)
        {
            if (_items[position] is Payment payment ? payment.IntentDigest == digest : ((RestingPayment)_items[position]).HasIntent(digest))
            {
                return slot;
            }
        }

        return -1;
    }

    private void Append(object item)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Math.Max(64, Count * 2));
        }

        _items[Count++] = item;
    }

    private PaymentTraits Shared(PaymentTraits traits)
    {
        if (!_traits.TryGetValue(traits, out var shared))
        {
            _traits.Add(traits, shared = traits);
        }

        return shared;
    }
}

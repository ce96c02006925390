namespace Saker.Bpf.Maps;

/// <summary>Reads all entries of a map, by batches where it has them, else key by key.</summary>
internal sealed class MapReader(IBpfMap map)
{
    private const int FirstRoom = 256;

    private readonly MapCursor _cursor = new();
    private byte[] _keys = [];
    private byte[] _values = [];
    private int _room = (int)Math.Min(map.MaximumEntries, FirstRoom);
    private int _count;
    private int _next = -1;
    private long _left = map.MaximumEntries;
    private bool _isAtEnd;
    private bool _hasNoBatches;

    /// <summary>The entry's key.</summary>
    public ReadOnlySpan<byte> Key => _keys.AsSpan(_next * map.KeySize, map.KeySize);

    /// <summary>The entry's value, or those of all CPUs.</summary>
    public ReadOnlySpan<byte> Value => _values.AsSpan(_next * map.EntrySize, map.EntrySize);

    /// <summary>Goes to the next entry.</summary>
    /// <exception cref="InvalidOperationException">The map cannot be read.</exception>
    public bool TryRead()
    {
        // Where the key goes away that a reading stands at, the map begins again: it is not followed for ever.
        if (_left-- <= 0)
        {
            return false;
        }

        _next++;
        while (_next >= _count)
        {
            if (_isAtEnd)
            {
                return false;
            }

            ReadMore();
        }

        return true;
    }

    private void ReadMore()
    {
        _next = 0;
        if (_hasNoBatches)
        {
            ReadOne();
            return;
        }

        if (_keys.Length < _room * map.KeySize)
        {
            _keys = new byte[_room * map.KeySize];
            _values = new byte[_room * map.EntrySize];
        }

        BpfError error = map.LookupBatch(_cursor, _keys, _values, out _count);
        switch (error)
        {
            case BpfError.None:
                break;
            case BpfError.NotFound:
                _isAtEnd = true;
                break;
            case BpfError.NoSpace:
                _room *= 2;
                break;
            case BpfError.NotSupported:
                _hasNoBatches = true;
                _keys = [];
                _values = new byte[map.EntrySize];
                break;
            default:
                throw Refused(error);
        }
    }

    private void ReadOne()
    {
        byte[] key = new byte[map.KeySize];
        BpfError error = _keys.Length == 0 ? map.FirstKey(key) : map.NextKey(_keys, key);
        _count = 0;
        if (error == BpfError.NotFound)
        {
            _isAtEnd = true;
            return;
        }

        if (error == BpfError.None)
        {
            _keys = key;
            error = map.Lookup(key, _values);
            _count = error == BpfError.None ? 1 : 0;
        }

        if (error is not (BpfError.None or BpfError.NotFound))
        {
            throw Refused(error);
        }
    }

    private InvalidOperationException Refused(BpfError error) => new($"The map '{map.Name}' ({map.Type.KernelName()}) cannot be read: {error}.");
}

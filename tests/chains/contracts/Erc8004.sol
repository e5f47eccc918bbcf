// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

// Small stand-ins for the ERC-8004 registries 2.0.0, written from their interface and measured behaviour: same selectors,
// events, reverts, log order, int128 truncation and replayable wallet signatures. Tests place them at the canonical
// addresses and hold them against vectors that were recorded with the published byte code.

interface IErc1271 {
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4);
}

struct MetadataEntry {
    string metadataKey;
    bytes metadataValue;
}

contract Identity {
    event Transfer(address indexed from, address indexed to, uint256 indexed tokenId);
    event Approval(address indexed owner, address indexed approved, uint256 indexed tokenId);
    event ApprovalForAll(address indexed owner, address indexed operator, bool approved);
    event MetadataUpdate(uint256 tokenId);
    event Registered(uint256 indexed agentId, string agentURI, address indexed owner);
    event MetadataSet(uint256 indexed agentId, string indexed indexedMetadataKey, string metadataKey, bytes metadataValue);
    event URIUpdated(uint256 indexed agentId, string newURI, address indexed updatedBy);

    error ERC721NonexistentToken(uint256 tokenId);
    error ERC721InsufficientApproval(address operator, uint256 tokenId);

    uint256 private nextId;
    mapping(uint256 => address) private owners;
    mapping(address => uint256) public balanceOf;
    mapping(uint256 => address) private approvals;
    mapping(address => mapping(address => bool)) public isApprovedForAll;
    mapping(uint256 => string) private uris;
    mapping(uint256 => mapping(string => bytes)) private metadata;

    string public constant name = "AgentIdentity";
    string public constant symbol = "AGENT";

    function getVersion() external pure returns (string memory) { return "2.0.0"; }

    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == 0x01ffc9a7 || id == 0x80ac58cd || id == 0x5b5e139f || id == 0x49064906;
    }

    function eip712Domain() external view
        returns (bytes1, string memory, string memory, uint256, address, bytes32, uint256[] memory)
    {
        return (hex"0f", "ERC8004IdentityRegistry", "1", block.chainid, address(this), bytes32(0), new uint256[](0));
    }

    function ownerOf(uint256 id) public view returns (address owner) {
        owner = owners[id];
        if (owner == address(0)) revert ERC721NonexistentToken(id);
    }

    function tokenURI(uint256 id) external view returns (string memory) { ownerOf(id); return uris[id]; }

    function getApproved(uint256 id) public view returns (address) { ownerOf(id); return approvals[id]; }

    function isAuthorizedOrOwner(address spender, uint256 id) public view returns (bool) {
        address owner = ownerOf(id);
        return spender == owner || approvals[id] == spender || isApprovedForAll[owner][spender];
    }

    function register() external returns (uint256 id) { id = mint(""); }

    function register(string memory agentURI) external returns (uint256 id) { id = mint(agentURI); }

    function register(string memory agentURI, MetadataEntry[] memory entries) external returns (uint256 id) {
        id = mint(agentURI);
        for (uint256 i = 0; i < entries.length; i++) put(id, entries[i].metadataKey, entries[i].metadataValue);
    }

    function mint(string memory agentURI) private returns (uint256 id) {
        id = nextId++;
        owners[id] = msg.sender;
        balanceOf[msg.sender]++;
        emit Transfer(address(0), msg.sender, id);
        if (bytes(agentURI).length > 0) {
            uris[id] = agentURI;
            emit MetadataUpdate(id);
        }
        emit Registered(id, agentURI, msg.sender);
        metadata[id]["agentWallet"] = abi.encodePacked(msg.sender);
        emit MetadataSet(id, "agentWallet", "agentWallet", abi.encodePacked(msg.sender));
    }

    function put(uint256 id, string memory key, bytes memory value) private {
        require(keccak256(bytes(key)) != keccak256("agentWallet"), "reserved key");
        metadata[id][key] = value;
        emit MetadataSet(id, key, key, value);
    }

    function authorized(uint256 id) private view { require(isAuthorizedOrOwner(msg.sender, id), "Not authorized"); }

    function setMetadata(uint256 id, string memory key, bytes memory value) external { authorized(id); put(id, key, value); }

    function getMetadata(uint256 id, string memory key) external view returns (bytes memory) { return metadata[id][key]; }

    function setAgentURI(uint256 id, string calldata uri) external {
        authorized(id);
        uris[id] = uri;
        emit MetadataUpdate(id);
        emit URIUpdated(id, uri, msg.sender);
    }

    function getAgentWallet(uint256 id) external view returns (address) { return address(bytes20(metadata[id]["agentWallet"])); }

    function setAgentWallet(uint256 id, address wallet, uint256 deadline, bytes calldata signature) external {
        authorized(id);
        require(wallet != address(0), "bad wallet");
        require(block.timestamp <= deadline, "expired");
        require(deadline <= block.timestamp + 300, "deadline too far");
        bytes32 domain = keccak256(abi.encode(
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
            keccak256("ERC8004IdentityRegistry"), keccak256("1"), block.chainid, address(this)));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain, keccak256(abi.encode(
            keccak256("AgentWalletSet(uint256 agentId,address newWallet,address owner,uint256 deadline)"),
            id, wallet, ownerOf(id), deadline))));
        require(recovers(digest, signature, wallet) || accepts(digest, signature, wallet), "invalid wallet sig");
        metadata[id]["agentWallet"] = abi.encodePacked(wallet);
        emit MetadataSet(id, "agentWallet", "agentWallet", abi.encodePacked(wallet));
    }

    function recovers(bytes32 digest, bytes calldata s, address wallet) private pure returns (bool) {
        return s.length == 65 && ecrecover(digest, uint8(s[64]), bytes32(s[0:32]), bytes32(s[32:64])) == wallet;
    }

    function accepts(bytes32 digest, bytes calldata s, address wallet) private view returns (bool) {
        (bool ok, bytes memory answer) = wallet.staticcall(abi.encodeCall(IErc1271.isValidSignature, (digest, s)));
        return ok && answer.length >= 32 && bytes32(answer) == bytes32(IErc1271.isValidSignature.selector);
    }

    function unsetAgentWallet(uint256 id) external { authorized(id); clearWallet(id); }

    function clearWallet(uint256 id) private {
        metadata[id]["agentWallet"] = "";
        emit MetadataSet(id, "agentWallet", "agentWallet", "");
    }

    function approve(address to, uint256 id) external {
        address owner = ownerOf(id);
        require(msg.sender == owner || isApprovedForAll[owner][msg.sender], "Not authorized");
        approvals[id] = to;
        emit Approval(owner, to, id);
    }

    function setApprovalForAll(address operator, bool approved) external {
        isApprovedForAll[msg.sender][operator] = approved;
        emit ApprovalForAll(msg.sender, operator, approved);
    }

    function transferFrom(address from, address to, uint256 id) external {
        if (!isAuthorizedOrOwner(msg.sender, id)) revert ERC721InsufficientApproval(msg.sender, id);
        clearWallet(id);
        delete approvals[id];
        balanceOf[from]--;
        balanceOf[to]++;
        owners[id] = to;
        emit Transfer(from, to, id);
    }
}

contract Reputation {
    event NewFeedback(uint256 indexed agentId, address indexed clientAddress, uint64 feedbackIndex, int128 value, uint8 valueDecimals,
        string indexed indexedTag1, string tag1, string tag2, string endpoint, string feedbackURI, bytes32 feedbackHash);
    event FeedbackRevoked(uint256 indexed agentId, address indexed clientAddress, uint64 indexed feedbackIndex);
    event ResponseAppended(uint256 indexed agentId, address indexed clientAddress, uint64 feedbackIndex, address indexed responder,
        string responseURI, bytes32 responseHash);

    struct Entry { int128 value; uint8 decimals; bool revoked; string tag1; string tag2; }

    Identity private identity;
    mapping(uint256 => mapping(address => Entry[])) private entries;
    mapping(uint256 => address[]) private clients;
    mapping(uint256 => mapping(address => mapping(uint64 => address[]))) private responses;

    function initialize(Identity registry) external { identity = registry; }

    function getIdentityRegistry() external view returns (address) { return address(identity); }

    function getVersion() external pure returns (string memory) { return "2.0.0"; }

    function giveFeedback(uint256 agentId, int128 value, uint8 valueDecimals, string calldata tag1, string calldata tag2,
        string calldata endpoint, string calldata feedbackURI, bytes32 feedbackHash) external
    {
        require(valueDecimals <= 18, "too many decimals");
        require(value >= -1e38 && value <= 1e38, "value too large");
        require(!identity.isAuthorizedOrOwner(msg.sender, agentId), "Self-feedback not allowed");
        Entry[] storage list = entries[agentId][msg.sender];
        if (list.length == 0) clients[agentId].push(msg.sender);
        list.push(Entry(value, valueDecimals, false, tag1, tag2));
        emit NewFeedback(agentId, msg.sender, uint64(list.length), value, valueDecimals, tag1, tag1, tag2, endpoint, feedbackURI, feedbackHash);
    }

    function revokeFeedback(uint256 agentId, uint64 index) external {
        require(index > 0, "index must be > 0");
        require(index <= entries[agentId][msg.sender].length, "index out of bounds");
        Entry storage entry = entries[agentId][msg.sender][index - 1];
        require(!entry.revoked, "Already revoked");
        entry.revoked = true;
        emit FeedbackRevoked(agentId, msg.sender, index);
    }

    function appendResponse(uint256 agentId, address client, uint64 index, string calldata uri, bytes32 hash) external {
        require(index > 0, "index must be > 0");
        require(bytes(uri).length > 0, "Empty URI");
        require(index <= entries[agentId][client].length, "index out of bounds");
        responses[agentId][client][index].push(msg.sender);
        emit ResponseAppended(agentId, client, index, msg.sender, uri, hash);
    }

    function readFeedback(uint256 agentId, address client, uint64 index) external view
        returns (int128, uint8, string memory, string memory, bool)
    {
        require(index > 0, "index must be > 0");
        require(index <= entries[agentId][client].length, "index out of bounds");
        Entry storage e = entries[agentId][client][index - 1];
        return (e.value, e.decimals, e.tag1, e.tag2, e.revoked);
    }

    function matches(Entry storage e, string memory tag1, string memory tag2) private view returns (bool) {
        return (bytes(tag1).length == 0 || keccak256(bytes(tag1)) == keccak256(bytes(e.tag1)))
            && (bytes(tag2).length == 0 || keccak256(bytes(tag2)) == keccak256(bytes(e.tag2)));
    }

    function getSummary(uint256 agentId, address[] calldata from, string calldata tag1, string calldata tag2) external view
        returns (uint64 count, int128 summaryValue, uint8 summaryValueDecimals)
    {
        require(from.length > 0, "clientAddresses required");
        int256 sum;
        uint64[19] memory used;
        for (uint256 c = 0; c < from.length; c++) {
            Entry[] storage list = entries[agentId][from[c]];
            for (uint256 i = 0; i < list.length; i++) {
                if (list[i].revoked || !matches(list[i], tag1, tag2)) continue;
                sum += int256(list[i].value) * int256(10 ** (18 - list[i].decimals));
                used[list[i].decimals]++;
                count++;
            }
        }
        if (count == 0) return (0, 0, 0);
        for (uint8 d = 1; d <= 18; d++) if (used[d] > used[summaryValueDecimals]) summaryValueDecimals = d;
        summaryValue = int128(sum / int256(uint256(count)) / int256(10 ** (18 - summaryValueDecimals)));
    }

    function readAllFeedback(uint256 agentId, address[] calldata from, string calldata tag1, string calldata tag2, bool includeRevoked)
        external view
        returns (address[] memory a, uint64[] memory n, int128[] memory v, uint8[] memory d, string[] memory t1, string[] memory t2, bool[] memory r)
    {
        address[] memory list = from;
        if (list.length == 0) list = clients[agentId];
        uint256 total;
        for (uint256 c = 0; c < list.length; c++) {
            Entry[] storage of_ = entries[agentId][list[c]];
            for (uint256 i = 0; i < of_.length; i++) if ((includeRevoked || !of_[i].revoked) && matches(of_[i], tag1, tag2)) total++;
        }
        (a, n, v, d) = (new address[](total), new uint64[](total), new int128[](total), new uint8[](total));
        (t1, t2, r) = (new string[](total), new string[](total), new bool[](total));
        uint256 k;
        for (uint256 c = 0; c < list.length; c++) {
            Entry[] storage of_ = entries[agentId][list[c]];
            for (uint256 i = 0; i < of_.length; i++) {
                if ((!includeRevoked && of_[i].revoked) || !matches(of_[i], tag1, tag2)) continue;
                (a[k], n[k], v[k], d[k]) = (list[c], uint64(i + 1), of_[i].value, of_[i].decimals);
                (t1[k], t2[k], r[k]) = (of_[i].tag1, of_[i].tag2, of_[i].revoked);
                k++;
            }
        }
    }

    function getResponseCount(uint256 agentId, address client, uint64 index, address[] calldata by) external view returns (uint64 count) {
        address[] memory list;
        if (client == address(0)) list = clients[agentId];
        else { list = new address[](1); list[0] = client; }
        for (uint256 c = 0; c < list.length; c++) {
            uint64 last = uint64(entries[agentId][list[c]].length);
            for (uint64 i = 1; i <= last; i++) {
                if (index != 0 && i != index) continue;
                address[] storage given = responses[agentId][list[c]][i];
                for (uint256 g = 0; g < given.length; g++) {
                    if (by.length == 0) { count++; continue; }
                    for (uint256 b = 0; b < by.length; b++) if (given[g] == by[b]) { count++; break; }
                }
            }
        }
    }

    function getClients(uint256 agentId) external view returns (address[] memory) { return clients[agentId]; }

    function getLastIndex(uint256 agentId, address client) external view returns (uint64) { return uint64(entries[agentId][client].length); }
}

contract Validation {
    event ValidationRequest(address indexed validatorAddress, uint256 indexed agentId, string requestURI, bytes32 indexed requestHash);
    event ValidationResponse(address indexed validatorAddress, uint256 indexed agentId, bytes32 indexed requestHash, uint8 response,
        string responseURI, bytes32 responseHash, string tag);

    struct Status { address validator; uint256 agentId; uint8 response; bytes32 responseHash; string tag; uint256 lastUpdate; bool hasResponse; }

    Identity private identity;
    mapping(bytes32 => Status) private statuses;
    mapping(uint256 => bytes32[]) private ofAgent;
    mapping(address => bytes32[]) private ofValidator;

    function initialize(Identity registry) external { identity = registry; }

    function getIdentityRegistry() external view returns (address) { return address(identity); }

    function getVersion() external pure returns (string memory) { return "2.0.0"; }

    function validationRequest(address validator, uint256 agentId, string calldata uri, bytes32 hash) external {
        require(validator != address(0), "bad validator");
        require(statuses[hash].validator == address(0), "exists");
        require(identity.isAuthorizedOrOwner(msg.sender, agentId), "Not authorized");
        statuses[hash] = Status(validator, agentId, 0, bytes32(0), "", block.timestamp, false);
        ofAgent[agentId].push(hash);
        ofValidator[validator].push(hash);
        emit ValidationRequest(validator, agentId, uri, hash);
    }

    function validationResponse(bytes32 hash, uint8 response, string calldata uri, bytes32 responseHash, string calldata tag) external {
        Status storage s = statuses[hash];
        require(s.validator != address(0), "unknown");
        require(msg.sender == s.validator, "not validator");
        require(response <= 100, "resp>100");
        (s.response, s.responseHash, s.tag, s.lastUpdate, s.hasResponse) = (response, responseHash, tag, block.timestamp, true);
        emit ValidationResponse(s.validator, s.agentId, hash, response, uri, responseHash, tag);
    }

    function getValidationStatus(bytes32 hash) external view returns (address, uint256, uint8, bytes32, string memory, uint256) {
        Status storage s = statuses[hash];
        require(s.validator != address(0), "unknown");
        return (s.validator, s.agentId, s.response, s.responseHash, s.tag, s.lastUpdate);
    }

    function getSummary(uint256 agentId, address[] calldata validators, string calldata tag) external view returns (uint64 count, uint8 average) {
        uint256 sum;
        for (uint256 i = 0; i < ofAgent[agentId].length; i++) {
            Status storage s = statuses[ofAgent[agentId][i]];
            bool wanted = validators.length == 0;
            for (uint256 v = 0; v < validators.length; v++) wanted = wanted || validators[v] == s.validator;
            if (!wanted || !s.hasResponse || (bytes(tag).length > 0 && keccak256(bytes(tag)) != keccak256(bytes(s.tag)))) continue;
            sum += s.response;
            count++;
        }
        average = count == 0 ? 0 : uint8(sum / count);
    }

    function getAgentValidations(uint256 agentId) external view returns (bytes32[] memory) { return ofAgent[agentId]; }

    function getValidatorRequests(address validator) external view returns (bytes32[] memory) { return ofValidator[validator]; }
}

// A smart account that accepts what its one key signed (ERC-1271).
contract Account1271 {
    address private key;

    function setKey(address to) external { key = to; }

    function isValidSignature(bytes32 hash, bytes calldata s) external view returns (bytes4) {
        return s.length == 65 && ecrecover(hash, uint8(s[64]), bytes32(s[0:32]), bytes32(s[32:64])) == key
            ? IErc1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}

// Gives much feedback in one transaction, each as a client of its own: for measuring.
contract Crowd {
    constructor(Reputation registry, uint256 agentId, uint256 first, uint256 count, string memory tag) {
        for (uint256 i = 0; i < count; i++) new Member(registry, agentId, int128(int256((first + i) % 101)), tag);
    }
}

contract Member {
    constructor(Reputation registry, uint256 agentId, int128 value, string memory tag) {
        registry.giveFeedback(agentId, value, 0, tag, "", "", "", bytes32(0));
    }
}

// Emits the reputation registry's logs without keeping anything: put at its address for a while, it makes the noise of many
// others' agents, or of anybody who responds to an agent's feedback, in seconds.
contract Noise {
    event NewFeedback(uint256 indexed agentId, address indexed clientAddress, uint64 feedbackIndex, int128 value, uint8 valueDecimals,
        string indexed indexedTag1, string tag1, string tag2, string endpoint, string feedbackURI, bytes32 feedbackHash);
    event ResponseAppended(uint256 indexed agentId, address indexed clientAddress, uint64 feedbackIndex, address indexed responder,
        string responseURI, bytes32 responseHash);

    function feedback(uint256 agentId, uint64 count) external {
        for (uint64 i = 0; i < count; i++) emit NewFeedback(agentId, address(uint160(i + 1)), 1, 80, 0, "starred", "starred", "", "", "", 0);
    }

    function responses(uint256 agentId, uint64 count) external {
        for (uint64 i = 0; i < count; i++) emit ResponseAppended(agentId, address(uint160(i + 1)), 1, msg.sender, "https://example.com/r", 0);
    }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

// Stand-ins for the x402 Permit2 proxies, for a local chain only. They have the published interface: the same functions, witness
// types, checks, errors and events, at the same addresses. They are not the audited contracts.

interface ISignatureTransfer {
    struct TokenPermissions { address token; uint256 amount; }
    struct PermitTransferFrom { TokenPermissions permitted; uint256 nonce; uint256 deadline; }
    struct SignatureTransferDetails { address to; uint256 requestedAmount; }

    function permitWitnessTransferFrom(
        PermitTransferFrom calldata permit, SignatureTransferDetails calldata details, address owner,
        bytes32 witness, string calldata witnessTypeString, bytes calldata signature) external;
}

interface IERC20Permit {
    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;
}

abstract contract Permit2Proxy {
    struct EIP2612Permit { uint256 value; uint256 deadline; bytes32 r; bytes32 s; uint8 v; }

    ISignatureTransfer public constant PERMIT2 = ISignatureTransfer(0x000000000022D473030F116dDEE9F6B43aC78BA3);

    event Settled();
    event SettledWithPermit();

    error InvalidDestination();
    error InvalidOwner();
    error PaymentTooEarly();
    error Permit2612AmountMismatch();

    // A permit that somebody else submitted first is no reason to fail: the allowance is there.
    function _permit(EIP2612Permit calldata p, ISignatureTransfer.TokenPermissions calldata permitted, address owner) internal {
        if (p.value != permitted.amount) revert Permit2612AmountMismatch();
        try IERC20Permit(permitted.token).permit(owner, address(PERMIT2), p.value, p.deadline, p.v, p.r, p.s) {} catch {}
    }

    function _check(address owner, address to, uint256 validAfter) internal view {
        if (owner == address(0)) revert InvalidOwner();
        if (to == address(0)) revert InvalidDestination();
        if (block.timestamp < validAfter) revert PaymentTooEarly();
    }
}

contract X402ExactPermit2Proxy is Permit2Proxy {
    struct Witness { address to; uint256 validAfter; }

    string public constant WITNESS_TYPE_STRING =
        "Witness witness)TokenPermissions(address token,uint256 amount)Witness(address to,uint256 validAfter)";
    bytes32 public constant WITNESS_TYPEHASH = keccak256("Witness(address to,uint256 validAfter)");

    error InvalidAmount();

    function settle(ISignatureTransfer.PermitTransferFrom calldata permit, address owner, Witness calldata witness, bytes calldata signature) external {
        _settle(permit, owner, witness, signature);
        emit Settled();
    }

    function settleWithPermit(
        EIP2612Permit calldata permit2612, ISignatureTransfer.PermitTransferFrom calldata permit, address owner,
        Witness calldata witness, bytes calldata signature) external {
        _permit(permit2612, permit.permitted, owner);
        _settle(permit, owner, witness, signature);
        emit SettledWithPermit();
    }

    function _settle(ISignatureTransfer.PermitTransferFrom calldata permit, address owner, Witness calldata witness, bytes calldata signature) private {
        _check(owner, witness.to, witness.validAfter);
        if (permit.permitted.amount == 0) revert InvalidAmount();
        PERMIT2.permitWitnessTransferFrom(
            permit, ISignatureTransfer.SignatureTransferDetails(witness.to, permit.permitted.amount), owner,
            keccak256(abi.encode(WITNESS_TYPEHASH, witness.to, witness.validAfter)), WITNESS_TYPE_STRING, signature);
    }
}

contract X402UptoPermit2Proxy is Permit2Proxy {
    struct Witness { address to; address facilitator; uint256 validAfter; }

    string public constant WITNESS_TYPE_STRING =
        "Witness witness)TokenPermissions(address token,uint256 amount)Witness(address to,address facilitator,uint256 validAfter)";
    bytes32 public constant WITNESS_TYPEHASH = keccak256("Witness(address to,address facilitator,uint256 validAfter)");

    error AmountExceedsPermitted();
    error UnauthorizedFacilitator();

    function settle(
        ISignatureTransfer.PermitTransferFrom calldata permit, uint256 amount, address owner, Witness calldata witness, bytes calldata signature) external {
        _settle(permit, amount, owner, witness, signature);
        emit Settled();
    }

    function settleWithPermit(
        EIP2612Permit calldata permit2612, ISignatureTransfer.PermitTransferFrom calldata permit, uint256 amount, address owner,
        Witness calldata witness, bytes calldata signature) external {
        _permit(permit2612, permit.permitted, owner);
        _settle(permit, amount, owner, witness, signature);
        emit SettledWithPermit();
    }

    function _settle(
        ISignatureTransfer.PermitTransferFrom calldata permit, uint256 amount, address owner, Witness calldata witness, bytes calldata signature) private {
        _check(owner, witness.to, witness.validAfter);
        if (msg.sender != witness.facilitator) revert UnauthorizedFacilitator();
        if (amount > permit.permitted.amount) revert AmountExceedsPermitted();
        PERMIT2.permitWitnessTransferFrom(
            permit, ISignatureTransfer.SignatureTransferDetails(witness.to, amount), owner,
            keccak256(abi.encode(WITNESS_TYPEHASH, witness.to, witness.facilitator, witness.validAfter)), WITNESS_TYPE_STRING, signature);
    }
}

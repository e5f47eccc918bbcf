// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// Answers like a Chainlink aggregator, or as a hostile one would. A test sets the storage slots from outside.
contract PriceFeed {
    uint256 roundId;         // 0
    int256 answer;           // 1
    uint256 startedAt;       // 2
    uint256 updatedAt;       // 3
    uint256 answeredInRound; // 4
    uint256 places;          // 5
    uint256 broken;          // 6

    function decimals() external view returns (uint8) {
        return uint8(places);
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        require(broken == 0, "No data present");
        return (uint80(roundId), answer, startedAt, updatedAt, uint80(answeredInRound));
    }
}
